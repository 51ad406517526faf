"""Annotated documents for the tests of formats: one written out by hand, and hypothesis strategies for any."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from planie.annotations import Document, from_dict
from planie.convert.offsets import OUTER
from planie.schema import LABELS, PROGRAM_ROLES, ROLES, STATUSES
from planie.spans import Entity, Frame, ProgramFrame

TEXT = "临江县2025年计划\n全县小学、初中巩固率分别达到99%、97%以上，由县教育局牵头实施“强基”工程，新建幼儿园6所。"
SPANS = [
    ("ORG", "县教育局"),
    ("PROGRAM", "强基”工程"),
    ("METRIC", "小学"),
    ("METRIC", "初中"),
    ("METRIC", "巩固率"),
    ("METRIC", "幼儿园"),
    ("ACTION", "新建"),
    ("VALUE", "99%"),
    ("VALUE", "97%以上"),
    ("VALUE", "6所"),
    ("TIME", "2025年"),
]


def _row(text: str, frames: list[tuple[str, str, dict[str, str]]]) -> dict[str, Any]:
    entities = [{"id": s, "label": label, "start": text.index(s), "end": text.index(s) + len(s)} for label, s in SPANS]
    targets = [{"value": value, "status": status, "roles": roles} for value, status, roles in frames]
    return {
        "id": "own-001",
        "text": text,
        "meta": {"kind": "plan", "year": 2025},
        "entities": entities,
        "frames": targets,
        "programs": [{"program": "强基”工程", "roles": {"org": "县教育局"}}],
    }


# The value 6所 has two frames that differ in their status, 99% two that differ in their metric alone.
SAMPLE: Document = from_dict(
    _row(
        TEXT,
        [
            ("99%", "planned", {"metric": "小学", "head": "巩固率", "when": "2025年"}),
            ("99%", "planned", {"metric": "初中", "head": "巩固率", "when": "2025年"}),
            ("97%以上", "baseline", {"metric": "初中"}),
            ("6所", "planned", {"metric": "幼儿园", "action": "新建", "base": "97%以上"}),
            ("6所", "achieved", {"metric": "幼儿园", "program": "强基”工程"}),
        ],
    )
)

_PIECES = [*"一二三学校年%69aZ#<-:;/|", "，", "。", " ", "\t", "\u3000", "\n", "\r\n", "\u2028", "\x85"]
_RARE = ["😀", "𠮷", "👨\u200d👩", "\ufeff", "\\n", "<U+0041>", "-DOCSTART-"]


def texts(*, least: int = 0, most: int = 6) -> st.SearchStrategy[str]:
    """Short texts of what trips converters."""
    return st.lists(st.sampled_from([*_PIECES, *_RARE]), min_size=least, max_size=most).map("".join)


@st.composite
def documents(draw: st.DrawFn, ids: st.SearchStrategy[str] | None = None) -> Document:
    """Any small document that keeps to the guide, its frames in the order of their values."""
    text, entities = "", list[Entity]()
    for label in draw(st.lists(st.sampled_from(LABELS), max_size=6)):
        text += draw(texts())
        inside = texts(least=1).filter(lambda s: s == s.strip(OUTER))
        said = draw(inside)
        entities.append(Entity(label, len(text), len(text) + len(said)))
        text += said
    text += draw(texts(least=0 if entities else 1))
    frames = [f for i, e in enumerate(entities) if e.label == "VALUE" for f in draw(_frames(entities, i))]
    programs = [p for i, e in enumerate(entities) if e.label == "PROGRAM" for p in draw(_programs(entities, i))]
    meta = draw(st.sampled_from([{}, {"kind": "plan", "regions": [[0, 1]]}]))
    name = draw(ids or st.sampled_from(["own-001", "a/b c", "县%41", "x.", "-X"]))
    return Document(name, text, tuple(entities), tuple(frames), tuple(programs), meta)


def _fillers(entities: list[Entity], anchor: int, label: str) -> st.SearchStrategy[int | None]:
    found = [i for i, e in enumerate(entities) if e.label == label and i != anchor]
    return st.sampled_from([None, *found])


def _roles(entities: list[Entity], anchor: int, roles: dict[str, Any]) -> st.SearchStrategy[dict[str, int]]:
    each = {role: _fillers(entities, anchor, label) for role, label in roles.items()}
    return st.fixed_dictionaries(each).map(lambda found: {r: i for r, i in found.items() if i is not None})


def _frames(entities: list[Entity], anchor: int) -> st.SearchStrategy[list[Frame]]:
    one = st.builds(Frame, st.just(anchor), st.sampled_from(STATUSES), _roles(entities, anchor, ROLES))
    return st.lists(one, max_size=3)


def _programs(entities: list[Entity], anchor: int) -> st.SearchStrategy[list[ProgramFrame]]:
    one = st.builds(ProgramFrame, st.just(anchor), _roles(entities, anchor, PROGRAM_ROLES))
    return st.lists(one, max_size=2)
