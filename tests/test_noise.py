"""Noise and variation: what is changed, and that the annotations come along exactly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.annotations import Document, check, from_dict
from planie.learn.edits import Edit, edited, fits, noises, outside
from planie.learn.noise import KINDS, replace_names, replace_numbers, several
from planie.structure import analyse

LABELS = {"O": "ORG", "P": "PROGRAM", "M": "METRIC", "A": "ACTION", "V": "VALUE", "T": "TIME"}


def document(marked: str, name: str = "own-1", **meta: Any) -> Document:
    """Build a document from text in which ⟨M:毛入园率⟩ is a METRIC; each value has the METRIC before it."""
    text, rows = "", []
    for part in re.split(r"(⟨[^⟩]+⟩)", marked):
        if part.startswith("⟨"):
            rows.append(
                {"id": len(rows), "label": LABELS[part[1]], "start": len(text), "end": len(text) + len(part) - 4}
            )
            text += part[3:-1]
        else:
            text += part
    frames: list[dict[str, Any]] = []
    metric = base = None
    for row in rows:
        metric = row["id"] if row["label"] == "METRIC" else metric
        if row["label"] == "VALUE" and metric is not None:
            status = "baseline" if text[: row["start"]].endswith("由") else "planned"
            roles = {"metric": metric, **({"base": base} if base is not None and status == "planned" else {})}
            frames.append({"value": row["id"], "status": status, "roles": roles})
            base = row["id"] if status == "baseline" else None
    programs = [{"program": r["id"], "roles": {}} for r in rows if r["label"] == "PROGRAM"]
    return from_dict({"id": name, "text": text, "entities": rows, "frames": frames, "programs": programs, "meta": meta})


PLAN = document(
    "⟨O:溪桥县教育局⟩⟨T:2023年⟩工作要点\n⟨T:2023年⟩,⟨O:溪桥县教育局⟩要按照统一部署,全力推进溪桥教育改革发展,办好人民满意的教育,努力让每一个孩子都能享有公平而有质量的教育。\n"
    "一、扩充资源,夯实基础\n（一）统筹发展\n⟨A:新建、改扩建⟩⟨M:公办幼儿园⟩⟨V:12所⟩,⟨M:普惠性幼儿园覆盖率⟩由⟨V:84.5%⟩提高到⟨V:88%以上⟩;⟨A:新增⟩⟨M:学位⟩⟨V:3600个⟩。\n"
    "二、提升质量\n（二）立德树人\n⟨T:2024年6月底前⟩,⟨A:培训⟩⟨M:教师⟩⟨V:二百余名⟩,实施“⟨P:青蓝名师工程⟩”,⟨M:师生比⟩达到⟨V:1:15⟩,每校⟨M:社团⟩⟨V:2—3个⟩。",
    year=2023,
    title="溪桥县教育局2023年工作要点",
    kind="plan",
)
SCHOOL = document(
    "澜平镇中心小学工作安排（⟨T:2021—2022年⟩）\n一、目标\n“⟨T:十四五”期间⟩,⟨M:近视率⟩下降⟨V:0.4个百分点⟩，⟨A:配备⟩⟨M:校医⟩⟨V:1名⟩。\n二、措施\n⟨O:澜平镇人民政府⟩投入⟨M:资金⟩⟨V:35,600元⟩。",
    "own-2",
    regions=[[4, 60]],
    year=2022,
)
PLANS = [PLAN, SCHOOL]
MASKS = re.compile(r"2xxxx|20XX|20\*\*|(?:19|20)\d\d|\d+(?:\.\d+)?|\*+|XX|××|溪桥|澜平")


def said(page: Document) -> list[str]:
    return [page.text[e.start : e.end] for e in page.entities]


def same(old: str, new: str) -> bool:
    return old == new


FORMS: dict[str, Callable[[str, str], bool]] = {
    "traditional": lambda old, new: simplified(new) == old,
    "glosses": lambda old, new: re.sub(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+[)）]", "", new) == old,
    "gbk_shift": same,
    "redaction": lambda old, new: MASKS.sub("#", old) == MASKS.sub("#", new),
    "lost": same,
    "furniture": same,
    "several": same,
    "width": lambda old, new: unicodedata.normalize("NFKC", new) == unicodedata.normalize("NFKC", old),
    "spaces": lambda old, new: new.replace(" ", "") == old,
    "joined": same,
    "printed": lambda old, new: re.sub(r"\n+(?:[-—]? ?第?\d+ ?[-—页]\n+)?", "", new) == old,
}
"""Kind → whether an entity's words are the old ones in that kind's form."""


def simplified(text: str) -> str:
    opencc = pytest.importorskip("opencc")
    return str(opencc.OpenCC("tw2s").convert(text))


def test_every_kind_has_its_form() -> None:
    assert KINDS.keys() == FORMS.keys()


@pytest.mark.parametrize("kind", KINDS)
@given(st.sampled_from(PLANS), st.integers(0, 10_000))
def test_annotations_come_along(kind: str, plan: Document, seed: int) -> None:
    page = KINDS[kind](plan, rng=Random(seed))
    assert list(check(page)) == []
    assert len(page.entities) == len(plan.entities)
    assert [e.label for e in page.entities] == [e.label for e in plan.entities]
    assert all(FORMS[kind](old, new) for old, new in zip(said(plan), said(page), strict=True))
    assert (page.frames, page.programs, page.id) == (plan.frames, plan.programs, plan.id)
    assert noises(page) == ([kind] if page.text != plan.text else [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_changes_something_and_repeats_itself(kind: str) -> None:
    pages = [
        several(PLAN, rng=Random(n), others=[SCHOOL]) if kind == "several" else KINDS[kind](PLAN, rng=Random(n))
        for n in range(12)
    ]
    assert sum(page.text != PLAN.text for page in pages) >= 9
    assert len({page.text for page in pages}) >= (1 if kind == "traditional" else 3)
    if kind != "several":
        assert KINDS[kind](PLAN, rng=Random(3)) == pages[3]


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=4), st.integers(0, 1000))
def test_kinds_add_up(kinds: list[str], seed: int) -> None:
    page = PLAN
    for kind in kinds:
        page = KINDS[kind](page, rng=Random(seed))
        assert list(check(page)) == []
        assert len(page.entities) == len(PLAN.entities)
    assert set(noises(page)) <= set(kinds)


@given(st.integers(0, 10_000))
def test_furniture_stays_outside_the_regions_and_is_set_aside(seed: int) -> None:
    page = KINDS["furniture"](PLAN, rng=Random(seed))
    ((start, end),) = page.regions
    assert page.text[start:end] == PLAN.text
    (clean,), (dirty,) = analyse(PLAN.text), analyse(page.text)
    read = [page.text[s.start : s.end] for s in dirty.sentences if not s.heading]
    assert read == [PLAN.text[s.start : s.end] for s in clean.sentences if not s.heading]
    assert dirty.title == clean.title


@given(st.integers(0, 10_000))
def test_several_plans_are_found_again(seed: int) -> None:
    page = several(PLAN, rng=Random(seed), others=[SCHOOL, PLAN])
    assert list(check(page)) == []
    assert said(page) == [*said(PLAN), *said(SCHOOL), *said(PLAN)]
    assert [page.text[e.start : e.end] for f in page.frames for e in [page.entities[f.value]]] == [
        plan.text[e.start : e.end]
        for plan in (PLAN, SCHOOL, PLAN)
        for f in plan.frames
        for e in [plan.entities[f.value]]
    ]
    assert [page.text[s:e] for s, e in page.regions] == [PLAN.text, SCHOOL.text[4:60], PLAN.text]
    assert page.id == "own-1+own-2+own-1"
    assert len(analyse(several(PLAN, rng=Random(seed), others=[SCHOOL]).text)) == 2


def test_one_plan_alone_makes_no_page_of_several() -> None:
    assert several(PLAN, rng=Random(1)) is PLAN


def test_slid_bytes_are_those_of_real_pages() -> None:
    pages = [KINDS["gbk_shift"](PLAN, rng=Random(n)).text for n in range(20)]
    assert any("。ㄒ唬┩吵锓⒄" in page for page in pages)  # （一）统筹发展
    assert all("统一部署" in page for page in pages)


def test_lost_characters_are_outside_entities() -> None:
    page = KINDS["lost"](PLAN, rng=Random(4))
    assert "??" in page.text
    assert not any("?" in words for words in said(page))


@pytest.mark.parametrize("seed", range(12))
def test_redaction_of_years_leaves_no_year(seed: int) -> None:
    page = KINDS["redaction"](PLAN, rng=Random(seed))
    if page.meta["year"] is None:
        assert not re.search(r"20\d\d年", page.text)
        assert page.meta["title"] in page.text
    else:
        assert "2023年" in page.text


def test_regions_follow() -> None:
    page = KINDS["glosses"](SCHOOL, rng=Random(1))
    ((start, end),) = page.regions
    assert re.sub(r"[(（][^\W\d_一-龥]+[)）]", "", page.text[start:end]) == SCHOOL.text[4:60]


# --- variation ----------------------------------------------------------------


@given(st.integers(0, 10_000))
def test_places_get_other_names_everywhere(seed: int) -> None:
    page = replace_names(PLAN, Random(seed))
    assert list(check(page)) == []
    name = page.text[:2]
    assert page.text == PLAN.text.replace("溪桥", name)
    assert said(page) == [words.replace("溪桥", name) for words in said(PLAN)]
    assert page.meta["title"] == f"{name}县教育局2023年工作要点"


@given(st.sampled_from(PLANS), st.integers(0, 10_000))
def test_numbers_keep_their_shape(plan: Document, seed: int) -> None:
    page = replace_numbers(plan, Random(seed))
    assert list(check(page)) == []
    assert (page.frames, page.programs, page.regions) == (plan.frames, plan.programs, plan.regions)
    for old, new in zip(said(plan), said(page), strict=True):
        assert (
            re.sub(r"\d", "#", old) == re.sub(r"\d", "#", re.sub("[三四五六七八九](?=百)", "二", new)) or "四五" in old
        )
    values = [words for e, words in zip(page.entities, said(page), strict=True) if e.label == "VALUE"]
    if plan is PLAN:
        assert float(values[1][:-1]) < float(values[2][:-3]) < 100
        assert values[5] == "1:15"
        low, high = values[6][:-1].split("—")
        assert int(low) < int(high)


@given(st.sampled_from(PLANS), st.integers(0, 10_000))
def test_years_move_together(plan: Document, seed: int) -> None:
    page = replace_numbers(plan, Random(seed))
    years = [[int(y) for y in re.findall(r"20\d\d(?=[年—])", text)] for text in (plan.text, page.text)]
    steps = {new - old for old, new in zip(*years, strict=True)}
    assert len(steps) == 1
    (step,) = steps
    assert page.meta["year"] - plan.meta["year"] == step
    if plan is SCHOOL:
        assert step % 5 == 0
        assert f"“十{'一二三四五六'[3 + step // 5]}五”" in page.text


def test_a_text_without_numbers_or_names_stays() -> None:
    plain = document("办好每一所学校。\n⟨A:建设⟩⟨M:学校⟩。")
    assert replace_numbers(plain, Random(1)) is plain
    assert replace_names(plain, Random(1)) is plain


# --- edits --------------------------------------------------------------------


def test_what_is_put_in_at_an_edge_stays_outside() -> None:
    page = edited(
        PLAN, [Edit(0, 0, "甲"), Edit(5, 5, "乙"), Edit(6, 6, "丙"), Edit(len(PLAN.text), len(PLAN.text), "丁")]
    )
    assert page.text.startswith("甲溪桥县教育乙局丙2023年")
    assert said(page)[:2] == ["溪桥县教育乙局", "2023年"]
    assert page.text[page.regions[0][0] : page.regions[0][1]] == page.text[1:-1]


@pytest.mark.parametrize(
    ("edits", "fault"),
    [
        ([Edit(4, 8, "x")], "crosses the edge"),
        ([Edit(0, 6, "")], "empties an entity"),
        ([Edit(30, 34, "x"), Edit(32, 36, "y")], "overlap"),
    ],
)
def test_faulty_edits_are_refused(edits: list[Edit], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        edited(PLAN, edits)


def test_no_edit_no_change() -> None:
    assert edited(PLAN, [], noise="lost") is PLAN


def test_where_edits_fit() -> None:
    inside, free = fits(PLAN), outside(PLAN)
    assert [inside(0, 6), inside(2, 4), inside(4, 8), inside(11, 15), inside(10, 13)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert [free(0, 6), free(2, 4), free(4, 8), free(11, 15)] == [False, False, False, True]
