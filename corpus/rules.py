"""What makes a document of the corpus faulty, a function a rule.

Enters: a record (and, for the rules between documents, all of them). Leaves: one line a fault. The
rules of the format itself (labels, roles, overlaps, outer punctuation, offsets) are the library's own,
:func:`planie.annotations.check`; here stand those that need the file, the digests or the other documents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import near
from parts import BROKEN, Frozen, Record, filled
from planie.annotations import Document, from_dict, join, sha256
from planie.errors import CorpusError
from planie.schema import KINDS

Fault = tuple[str, str]  # (rule, what is wrong and where)
Close = tuple[float, Record, Record]  # share of the shorter one, and the two documents


def format_faults(record: Record) -> Iterator[str]:
    """The rules of the format, without its text where that is not there, and the digests where it is."""
    try:
        if record.text is None:
            from_dict(filled(record.row))
        else:
            from_dict(join(record.row, record.text) if record.standoff else record.row)
    except CorpusError as error:
        yield from str(error).split("\n")
    except BROKEN as error:
        yield f"{type(error).__name__}: {error}"


def key_faults(record: Record) -> Iterator[str]:
    """What the part asks of its rows: the text inside or the digests, the keys of ``meta``, ids once each."""
    if record.standoff != (record.part == "real"):
        yield "carries its text" if record.part == "real" else "has no text"
    if record.row.get("meta", {}).get("kind") not in KINDS:
        yield f"meta.kind is none of {', '.join(KINDS)}"
    if not record.row.get("meta", {}).get("source"):
        yield "meta.source is missing"
    ids = Counter(e.get("id") for e in record.row.get("entities", []) if isinstance(e, dict))
    twice = sorted(str(i) for i, n in ids.items() if n > 1)
    if twice:
        yield f"entity ids given twice: {', '.join(twice)}"


def region_faults(record: Record) -> Iterator[str]:
    """Regions in order, apart, inside the text; no value of a frame may straddle an edge."""
    document = record.skeleton
    if document is None:
        return
    last = 0
    for start, end in document.regions:
        if not last <= start < end <= len(document.text):
            yield f"region [{start}, {end}) overlaps the one before, is empty or leaves the text"
        last = end
    edges = [edge for region in document.regions for edge in region]
    for i, entity in enumerate(document.entities):
        if any(entity.start < edge < entity.end for edge in edges):
            yield f"{_said(document, i)} stands across the edge of a region"


def frame_faults(record: Record) -> Iterator[str]:
    """A frame has a metric or an action, is there once, and its base is a baseline of another value."""
    document = record.skeleton
    if document is None:
        return
    seen = Counter((f.value, f.status, tuple(sorted(f.roles.items()))) for f in document.frames)
    for (value, _, _), times in seen.items():
        if times > 1:
            yield f"{_said(document, value)} has the same frame {times} times"
    baselines = {f.value for f in document.frames if f.status == "baseline"}
    for frame in document.frames:
        if not {"metric", "action"} & frame.roles.keys():
            yield f"{_said(document, frame.value)}, {frame.status}: neither metric nor action"
        base = frame.roles.get("base")
        if base is not None and (base not in baselines or base == frame.value):
            yield f"{_said(document, frame.value)}: its base, {_said(document, base)}, has no baseline frame"


def _said(document: Document, index: int) -> str:
    e = document.entities[index]
    return f"entity {index} [{e.start}, {e.end}) {e.label} “{document.text[e.start : e.end][:30]}”"


# A rule → its function. Example: "frame" finds V 12所 | p | t=年内, which says what neither counts nor is done.
OF_ONE: Final[dict[str, Callable[[Record], Iterator[str]]]] = {
    "format": format_faults,
    "keys": key_faults,
    "region": region_faults,
    "frame": frame_faults,
}


def faults(records: Sequence[Record], frozen: Frozen, close: Sequence[Close]) -> Iterator[Fault]:
    """Every fault of the documents and between them; *close* are the :func:`near_pairs`."""
    for record in records:
        for rule, find in OF_ONE.items():
            try:
                yield from ((rule, f"{record.where} ({record.name}): {what}") for what in find(record))
            except BROKEN as error:
                yield rule, f"{record.where} ({record.name}): {type(error).__name__}: {error}"
    yield from (("ids", what) for what in same_id(records))
    yield from (("split", what) for what in wrong_split(records, frozen))
    yield from (("copy", what) for what in same_text(records))
    yield from (("near copy", what) for what in across_splits(close))


def same_id(records: Sequence[Record]) -> Iterator[str]:
    """An id names one document, in both parts together."""
    places: dict[str, list[str]] = defaultdict(list)
    for record in records:
        places[record.name].append(record.where)
    yield from (f"{name}: stands at {'; '.join(where)}" for name, where in places.items() if len(where) > 1)


def wrong_split(records: Sequence[Record], frozen: Frozen) -> Iterator[str]:
    """Each document stands in the file of the split that ``splits.toml`` gives it."""
    for record in records:
        right = frozen.split(record.part, record.name)
        if record.split != right:
            yield f"{record.where} ({record.name}): splits.toml puts it into {right}"


def same_text(records: Sequence[Record]) -> Iterator[str]:
    """No text is annotated twice; the checksum says so without the text too."""
    places: dict[str, list[str]] = defaultdict(list)
    for record in records:
        digest: Any = record.row.get("sha256") if record.standoff else sha256(str(record.text))
        places[str(digest)].append(f"{record.name} ({record.split})")
    yield from (f"{', '.join(names)}: one text" for names in places.values() if len(names) > 1)


def across_splits(close: Sequence[Close]) -> Iterator[str]:
    """No two documents of different splits share more than ``near.LIMIT`` of the shorter one."""
    for share, one, two in close:
        if one.split != two.split and share > near.LIMIT:
            yield f"{one.name} ({one.split}) and {two.name} ({two.split}) share {share:.2f} of the shorter; limit {near.LIMIT}"


def near_pairs(records: Sequence[Record]) -> list[Close]:
    """Every two documents that share an 8-gram, the closest first."""
    by_place = {record.where: record for record in records if record.text is not None}
    found = near.pairs({where: str(r.text) for where, r in by_place.items()})
    return [(share, by_place[one], by_place[two]) for share, one, two in sorted(found, reverse=True)]
