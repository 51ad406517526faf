"""Whole-target scores: against all gold, in the annotated regions, end to end and given gold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planie import evaluation
from planie.annotations import Document, to_dict, write
from planie.baseline import Rules
from planie.errors import CorpusError
from planie.evaluation import Bin, ModelReader, Report, compared, evaluate, faults, page, side_by_side, worst
from planie.evaluation.confusion import confused
from planie.evaluation.counting import Result, read
from planie.evaluation.gold import Found
from planie.evaluation.matching import EVERYTHING, EXACT, Item, agreement, judge, match_items, match_spans, overlapping
from planie.evaluation.noised import dirtied, kinds_of
from planie.evaluation.paired import MAIN, difference
from planie.evaluation.report import calibration
from planie.learn.noise import KINDS
from planie.plan import Baseline, Deadline, Quantity, Target
from planie.scoring import Score
from planie.spans import Entity, SetAside, Span
from planie.tagger import Piece
from readings import GOALS, PHRASES, TITLE, WORK, document, extractor, goals, work

BOTH = [goals(), work()]


def scored(documents: Sequence[Document] = tuple(BOTH), **options: Any) -> Report:
    return evaluate(extractor(**options), documents, resamples=20)


# --- against all gold ----------------------------------------------------------


def test_a_scorer_that_knows_all_is_right_everywhere() -> None:
    measures = scored().slices["all"].measures
    wrong = {name: m for name, m in measures.items() if m.score.gold and m.score.f1 != 1.0}
    assert not wrong
    assert measures["targets"].score == measures["exact"].score == Score(4, 4, 4)
    assert measures["entities"].score == Score(11, 11, 11)
    assert measures["roles/when"].score.gold == 2
    assert measures["roles/action"].score.gold == 2


@pytest.mark.parametrize("name", ["values", "targets", "everything", "exact", "entities/VALUE", "roles/metric"])
def test_a_missed_value_lowers_recall_and_not_precision(name: str) -> None:
    measure = scored(misses=["12所"])[name]
    assert measure.score == Score(3, 3, 4)
    assert (measure.score.precision, measure.score.recall) == (1.0, 0.75)


@pytest.mark.parametrize(
    ("unlinked", "lowered", "kept"),
    [
        ("metric", ["targets", "everything", "roles/metric", "targets/given"], ["values", "entities", "roles/when"]),
        ("when", ["everything", "roles/when", "roles/when/given"], ["targets", "roles/metric", "matched/number"]),
        ("action", ["exact", "roles/action"], ["everything", "targets"]),
    ],
)
def test_a_scorer_that_misses_gold_pairs_loses_recall(unlinked: str, lowered: list[str], kept: list[str]) -> None:
    report = scored(unlinked=[unlinked])
    assert {name: report[name].score.recall for name in kept} == dict.fromkeys(kept, 1.0)
    assert all(report[name].score.recall < 1.0 for name in lowered)


def test_a_document_of_which_nothing_is_found_counts_in_full() -> None:
    report = scored(misses=PHRASES)
    assert report["targets"].score == Score(0, 0, 4)
    assert report["roles/metric"].score == Score(0, 0, 4)
    assert report["candidates"].score.right == 0


def test_scores_given_gold_entities_are_of_linking_alone() -> None:
    report = scored(misses=["普惠园覆盖率", "12所"])
    assert report["roles"].score.recall < 1.0
    assert report["roles/given"].score == replace(report["roles/given"].score, right=report["roles/given"].score.gold)
    assert report["everything/given"].score == Score(4, 4, 4)


def test_candidate_recall_says_what_the_linker_was_offered() -> None:
    report = scored(misses=["普惠园覆盖率"], unlinked=["metric"])
    assert report["candidates/metric"].score == Score(3, 3, 4)  # one was not tagged
    assert report["roles/metric"].score == Score(0, 0, 4)  # and none was linked
    assert report["candidates/targets"].score == Score(3, 3, 4)


def test_a_value_said_for_several_metrics_is_a_target_for_each() -> None:
    phrases = {"音乐室": "METRIC", "舞蹈室": "METRIC", "书法室": "METRIC", "20个": "VALUE"}
    rooms = document(
        "音乐室、舞蹈室、书法室各20个。",
        phrases=phrases,
        frames=[("20个", {"metric": m}) for m in phrases if m != "20个"],
    )
    report = scored([rooms], phrases=phrases)  # the fake links the nearest alone
    assert report["targets"].score == Score(1, 1, 3)
    assert report["values"].score == Score(1, 1, 1)
    assert faults(report.results) == {"missed frame": 2}


def test_gold_that_healing_lost_is_missed() -> None:
    gone = replace(page(goals()), lost={"entities": 2, "frames": 1, "targets": 1})
    result = read(gone, ModelReader(extractor()))
    assert result.counts["targets"] == Score(2, 2, 3)
    assert result.counts["values"] == Score(2, 2, 3)
    assert result.counts["entities"].gold == result.counts["entities"].right + 2


def test_an_entity_found_in_part_counts_by_overlap_alone() -> None:
    known = {p: label for p, label in PHRASES.items() if p != "普惠园覆盖率"} | {"覆盖率": "METRIC"}
    report = scored([goals()], phrases=known)
    assert report["entities/METRIC"].score == Score(1, 2, 2)
    assert report["entities/METRIC/overlap"].score == Score(2, 2, 2)
    assert report["targets"].score == report["everything"].score == Score(2, 2, 2)
    assert report["exact"].score == Score(1, 2, 2)


# --- what is scored -------------------------------------------------------------


def test_only_the_annotated_regions_count() -> None:
    whole = document(GOALS, WORK, frames=[("90%", {"metric": "普惠园覆盖率"}), ("12所", {"metric": "幼儿园"})])
    start = whole.text.index(WORK)
    meta = {**whole.meta, "regions": [[start, len(whole.text)]]}
    part = scored([replace(whole, meta=meta)])
    assert part["targets"].score == Score(1, 2, 1)  # 300名 has no gold; 90% and 98%以上 are not asked
    assert part["entities"].score == Score(6, 6, 6)


def test_what_is_set_aside_counts_unless_it_is_read_elsewhere() -> None:
    found = page(document(GOALS, GOALS, WORK))
    first, second, third = (
        found.healed.text.index(GOALS),
        found.healed.text.rindex(GOALS),
        found.healed.text.index(WORK),
    )
    asides = (SetAside("repeat", first, first + len(GOALS)), SetAside("furniture", third, third + len(WORK)))
    marked = replace(found, layouts=(replace(found.layouts[0], set_aside=asides), *found.layouts[1:]))
    assert not marked.counts((first + 8, first + 14))  # said again in the body
    assert marked.counts((second + 8, second + 14))
    assert marked.counts((third, third + 2))  # wrongly set aside: missed gold


def test_an_article_printed_twice_is_asked_for_once() -> None:
    said = [GOALS, WORK, "各学校要高度重视安全工作，坚持每天对校园和周边进行检查，发现隐患立即整改。" * 2]
    again = "\n".join([*said, TITLE, *said])
    twice = document(again, frames=[("90%", {"metric": "普惠园覆盖率"}), ("12所", {"metric": "幼儿园"})])
    by = len(twice.text) - len(TITLE) - 1 - sum(len(line) + 1 for line in said) + 1
    moved = tuple(replace(e, start=e.start + by, end=e.end + by) for e in twice.entities)
    assert twice.text[moved[0].start : moved[0].end] == twice.text[twice.entities[0].start : twice.entities[0].end]
    both = replace(
        twice,
        entities=(*twice.entities, *moved),
        frames=(
            *twice.frames,
            *(
                replace(f, value=f.value + len(moved), roles={"metric": f.roles["metric"] + len(moved)})
                for f in twice.frames
            ),
        ),
    )
    report = scored([both], unlinked=["when", "action"])
    assert report["targets"].score.gold == 2
    assert (report["targets"].score.recall, report.excused) == (1.0, 2)
    assert "not asked for again: 2 frames" in report.table()


def test_noise_of_documents_makes_slices() -> None:
    noisy = [
        goals(),
        replace(work(), meta={"kind": "plan", "noise": "gloss"}),
        replace(goals(), meta={"noise": ["gloss", "gbk"]}),
    ]
    report = scored(noisy)
    assert {n: s.documents for n, s in report.slices.items() if n.startswith("noise")} == {
        "noise=gbk": 1,
        "noise=gloss": 2,
    }


def test_an_empty_corpus_is_refused() -> None:
    with pytest.raises(CorpusError, match="no document"):
        evaluate(extractor(), [])


def test_slices_by_origin_kind_and_status() -> None:
    real = replace(work(), meta={"source": "elsewhere"})
    report = scored([goals(), real], misses=["12所"])
    assert report["own:targets"].score == Score(2, 2, 2)
    assert report["real:targets"].score == Score(1, 1, 2)
    assert report["status=achieved:targets"].score == Score(0, 0, 1)
    assert report["status=planned:targets"].score == Score(3, 3, 3)
    assert report["kind=plan:targets"].score.gold == 4
    assert report["targets"].mean == pytest.approx((1 + 2 / 3) / 2)


def test_another_status_is_neither_found_nor_right_in_its_slice() -> None:
    told = goals()
    report = scored([replace(told, frames=tuple(replace(f, status="achieved") for f in told.frames))])
    assert report["targets"].score == Score(2, 2, 2)
    assert report["everything"].score == Score(0, 2, 2)
    assert report["matched/status"].score == Score(0, 2, 2)
    assert report["status=achieved:targets"].score == Score(0, 0, 2)
    assert report["status=planned:targets"].score == Score(0, 2, 0)


# --- pairs ------------------------------------------------------------------------


def item(at: Span, noun: Span | None = (0, 4), **changes: Any) -> Item:
    quantity = Quantity("90%", at, 90.0, 90.0, "%", ">=")
    target = Target(
        "覆盖率", None, quantity, Deadline("", None, 2025), "planned", None, None, None, None, {"value": 0}, (0, 9), "", 0.9
    )  # fmt: skip
    return Item(at, noun, replace(target, **changes))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [((0, 4), (0, 4), 1.0), ((0, 4), (2, 6), 1 / 3), ((0, 4), (4, 6), 0.0), ((0, 4), (1, 3), 0.5)],
)
def test_agreement(one: Span, two: Span, expected: float) -> None:
    assert agreement(one, two) == agreement(two, one) == pytest.approx(expected)


def test_overlapping_finds_every_pair() -> None:
    gold, said = [(0, 4), (0, 4), (6, 9), (20, 22)], [(3, 7), (0, 1), (8, 20), (0, 4)]
    expected = {(g, p) for g, a in enumerate(gold) for p, b in enumerate(said) if a[0] < b[1] and b[0] < a[1]}
    assert set(overlapping(gold, said)) == expected
    assert len(list(overlapping(gold, said))) == len(expected)


def test_spans_pair_one_to_one_the_best_first() -> None:
    assert match_spans([(0, 4), (4, 8)], [(3, 8)]) == [(1, 0)]
    assert match_spans([(0, 4)], [(0, 1), (0, 4)]) == [(0, 1)]


def test_targets_of_one_value_pair_by_metric() -> None:
    gold = [item((10, 12), (0, 3)), item((10, 12), (4, 7))]
    assert match_items(gold, [item((10, 12), (4, 6)), item((10, 12), (0, 3))]) == [(0, 1), (1, 0)]
    assert match_items(gold, [item((10, 12), (5, 9))]) == [(1, 0)]
    assert match_items(gold, [item((12, 14), (0, 3))]) == []


def test_a_value_found_pairs_whatever_its_metric() -> None:
    pairs = match_items([item((10, 12), (0, 3))], [item((10, 13), (20, 22))])
    assert pairs == [(0, 0)]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, set()),
        ({"status": "achieved"}, {"status"}),
        ({"metric": "普惠园覆盖率"}, {"name"}),
        ({"action": "新建"}, {"action"}),
        ({"deadline": None}, {"year", "date"}),
        ({"deadline": Deadline("", None, 2025, 6)}, {"date"}),
        ({"program": "双名计划"}, {"program"}),
        ({"org": "县教育局"}, {"org"}),
        ({"value": Quantity("9%", (0, 2), 9.0, 9.0, "%", ">=")}, {"number"}),
        ({"value": Quantity("*%", (0, 2), None, None, "%", ">=", "level", True)}, {"number"}),
        ({"value": Quantity("90%", (0, 3), 90.0, 90.0, "‰", "=", "increase")}, {"unit", "comparator", "change"}),
        ({"value": Quantity("0.9成", (0, 3), 90.0 + 1e-10, 90.0, "%", ">=")}, set()),
        ({"baseline": Baseline(Quantity("71%", (0, 3), 71.0, 71.0, "%"))}, {"baseline"}),
    ],
)
def test_judge_names_what_differs(changes: dict[str, Any], wrong: set[str]) -> None:
    every = judge(item((10, 12)), item((10, 12)))
    assert every.issuperset(EXACT)
    assert every - judge(item((10, 12)), item((10, 12), **changes)) == wrong


@pytest.mark.parametrize(
    ("gold", "said", "right"),
    [
        (item((9, 11), (0, 4)), item((9, 11), (3, 6)), True),
        (item((9, 11), (0, 4)), item((9, 11), (4, 6)), False),
        (item((9, 11), (0, 4)), item((9, 11), None), False),
        (item((9, 11), None, action="投入"), item((9, 11), None, action="投入"), True),
        (item((9, 11), None, action="投入"), item((9, 11), None, action="培训"), False),
    ],
)
def test_the_right_metric(gold: Item, said: Item, right: bool) -> None:
    assert ("metric" in judge(gold, said)) is right


# --- quantities, deadlines, labels -----------------------------------------------------


def test_quantities_and_deadlines_are_asked_for_end_to_end() -> None:
    report = scored(unlinked=["when"], misses=["12所"])
    assert report["quantities"].score == Score(3, 3, 4)
    assert report["deadlines"].score == Score(0, 0, 2)
    assert report["deadlines/given"].score == Score(0, 0, 2)
    assert scored()["deadlines"].score == Score(2, 2, 2)
    assert scored()["status=achieved:deadlines"].score == Score(0, 0, 0)
    assert scored()["status=planned:deadlines"].score == Score(2, 2, 2)


def test_labels_read_for_one_another() -> None:
    known = {p: label for p, label in PHRASES.items() if p not in ("新建", "12所")} | {"教师": "ORG", "入园": "METRIC"}
    del known["毛入园率"]
    table = scored(phrases=known).confusion
    assert table["METRIC"] == {**dict.fromkeys(table["METRIC"], 0), "METRIC": 3, "ORG": 1}  # 入园 for 毛入园率 is one
    assert table["ACTION"]["nothing"] == table["VALUE"]["nothing"] == 1
    assert set(table["nothing"].values()) == {0}
    assert "nothing" not in table["nothing"]
    assert sum(sum(row.values()) for row in table.values()) == 11


def test_an_entity_has_one_partner_and_the_rest_is_too_much() -> None:
    shown = page(document("幼儿园覆盖率100%。", phrases={"幼儿园覆盖率": "METRIC"}))
    gold = shown.gold.entities[0]
    parts = (Entity("METRIC", gold.start, gold.start + 3), Entity("METRIC", gold.start + 3, gold.end))
    both = (Entity("ORG", gold.start, gold.end), Entity("METRIC", gold.start, gold.end))
    assert confused(shown, Found(parts)) == {("METRIC", "METRIC"): 1, ("nothing", "METRIC"): 1}
    assert confused(shown, Found(both)) == {("METRIC", "METRIC"): 1, ("nothing", "ORG"): 1}


# --- noise that is put in ----------------------------------------------------------------


def test_each_kind_of_noise_has_a_row() -> None:
    report = evaluate(extractor(), BOTH, noise=["width", "furniture"], resamples=5)
    assert list(report.noised) == ["furniture", "width"]  # in the order of the table of kinds
    assert {kind: row.changed for kind, row in report.noised.items()} == {"furniture": 2, "width": 2}
    assert report.noised["width"].slice.measures["targets"].score.gold == 4
    assert report["targets"].score == Score(4, 4, 4)  # of the documents as they are
    data = json.loads(json.dumps(report.to_dict()))["noised"]["width"]
    assert (data["changed"], data["documents"], data["measures"]["targets"]["gold"]) == (2, 2, 4)
    assert [line.split()[0] for line in report.table().split("noise put in")[1].splitlines()[1:4]] == [
        "none",
        "furniture",
        "width",
    ]


def test_noise_is_seeded_by_kind_and_document() -> None:
    for kind in KINDS:
        alone, again = dirtied(BOTH[1:], kind, seed=3), dirtied(BOTH, kind, seed=3)
        assert again == dirtied(BOTH, kind, seed=3)
        if kind != "several":
            assert alone == again[1:]
        else:
            assert alone == BOTH[1:]  # there is no other document to put beside it
            assert [d.id for d in again] == ["own-0001+own-0002", "own-0002+own-0001"]
        for document_ in again:
            assert len(document_.entities) >= 5
            assert all(e.end <= len(document_.text) for e in document_.entities)
    assert dirtied(BOTH, "spaces", seed=3) != dirtied(BOTH, "spaces", seed=4)


def test_all_is_every_kind_and_another_is_refused() -> None:
    assert kinds_of(["all"]) == tuple(KINDS) == kinds_of([*KINDS, "all"])
    assert kinds_of([]) == ()
    with pytest.raises(CorpusError, match=r"no kind of noise is called slides; there is all, traditional, .*spaces"):
        evaluate(extractor(), BOTH, noise=["width", "slides"])


# --- two readers on the same documents ---------------------------------------------------


def test_one_reader_against_another() -> None:
    many = [replace(d, id=f"{d.id}-{i}") for i, d in enumerate(BOTH * 4)]
    report = evaluate(extractor(), many, against=extractor(misses=["12所", "90%"]), seed=1, resamples=400)
    assert report.comparison is not None
    found = report.comparison.differences["everything"]
    assert (found.ours, found.theirs) == (Score(16, 16, 16), Score(8, 8, 16))
    assert found.difference == pytest.approx(1 - 2 / 3)
    assert found.interval[0] > 0  # each document is better, so every draw is
    assert found.p == pytest.approx(2 / 401)
    assert report.comparison == evaluate(extractor(), many, against=extractor(misses=["12所", "90%"]), seed=1, resamples=400).comparison  # fmt: skip
    data = json.loads(json.dumps(report.to_dict()))["comparison"]
    assert data["differences"].keys() == MAIN.keys()
    assert data["differences"]["everything"]["difference"] == 0.3333
    row = next(line for line in report.table().split("paired bootstrap")[1].splitlines() if "everything" in line)
    assert row.split()[2:5] == ["100.0", "66.7", "+33.3"]
    assert row.endswith("0.005")


def test_a_reader_is_no_better_than_itself() -> None:
    comparison = evaluate(extractor(), BOTH, against=extractor(), resamples=50).comparison
    assert comparison is not None
    assert {(d.difference, d.interval, d.p) for d in comparison.differences.values()} == {(0.0, (0.0, 0.0), 1.0)}


def test_a_difference_that_turns_on_one_document_may_be_chance() -> None:
    ours = [Score(4, 4, 4), *[Score(3, 4, 4)] * 5]
    theirs = [Score(0, 4, 4), *[Score(3, 4, 4)] * 4, Score(4, 4, 4)]
    found = difference(ours, theirs, seed=0, resamples=2000)
    assert found.difference == pytest.approx(3 / 24)
    assert found.interval[0] < 0 < found.interval[1]
    assert 0.2 < found.p < 0.7
    back = difference(theirs, ours, seed=0, resamples=2000)
    assert (back.difference, back.p) == (pytest.approx(-found.difference), found.p)


def test_other_documents_are_not_compared() -> None:
    report = scored()
    with pytest.raises(ValueError, match="same documents"):
        compared(report.results, report.results[::-1], other="other")


# --- the report ----------------------------------------------------------------------


def test_intervals_are_seeded_and_hold_the_figure() -> None:
    documents = [replace(d, id=f"{d.id}-{i}") for i, d in enumerate(BOTH * 3)]
    one, two, other = (evaluate(extractor(misses=["12所"]), documents, seed=s, resamples=300) for s in (1, 1, 2))
    assert one.to_dict() == two.to_dict()
    low, high = one["targets"].interval
    assert low < one["targets"].score.f1 < high
    assert one["targets"].score == other["targets"].score
    assert low >= 2 / 3  # were every document drawn the one with a miss


def test_calibration_error() -> None:
    found = calibration([(0.85, True), (0.85, False), (0.2, False), (1.0, True)])
    assert [b.targets for b in found.bins] == [0, 1, 0, 0, 0, 0, 0, 0, 2, 1]
    assert found.error == pytest.approx((0.2 + 2 * 0.35 + 0) / 4)
    assert found.bins[8] == Bin(0.8, 0.9, 2, pytest.approx(0.85), 0.5)
    assert found.to_dict()["bins"][0] == {"from": 0.0, "to": 0.1, "confidence": None, "right": None, "targets": 0}
    assert calibration([]).error == 0.0


@pytest.mark.parametrize(
    ("confidence", "at"), [(0.0, 0), (0.1, 0), (0.1000001, 1), (0.3, 2), (0.7, 6), (0.95, 9), (1.0, 9)]
)
def test_a_bin_is_open_below_and_closed_above(confidence: float, at: int) -> None:
    (place,) = [n for n, b in enumerate(calibration([(confidence, True)]).bins) if b.targets]
    assert place == at


def test_confidence_is_held_against_what_is_right() -> None:
    sure = scored(sure=0.99).calibration["everything right"]
    assert sure.error < 0.05
    wrong = scored([replace(goals(), frames=())], sure=0.99).calibration["everything right"]
    assert wrong.error > 0.9


def test_the_report_is_plain_data_and_a_table() -> None:
    report = scored(misses=["12所"])
    data = json.loads(json.dumps(report.to_dict()))
    assert data["slices"]["all"]["measures"]["targets"]["recall"] == 0.75
    table = report.table()
    assert max(len(line) for line in table.splitlines()) <= 120
    row = next(line for line in table.splitlines() if line.startswith("targets: right metric"))
    assert row.split()[3:7] == ["85.7", "100.0", "75.0", "83.3"]
    shown = ("everything right", "METRIC", "status=planned", "comparator", "calibration error", "right deadline")
    for word in (*shown, "0.9 to 1.0", "gold label, read as"):
        assert word in table


def test_the_worst_sentences_show_gold_and_prediction() -> None:
    report = scored([goals(), replace(work(), frames=work().frames[:1])], misses=["新建"])
    shown = worst(report.results)
    assert shown.splitlines()[0] == "faults: 1 action, 1 spurious value"
    block = shown.split("own-0002")[1]
    assert WORK[:-1] in block
    assert "~ 幼儿园 | (新建) | 12所 = =12所 | achieved" in block
    assert "[action]" in block
    assert "action 新建 → nothing" in block
    assert "+ 教师 | (培训) | 300名" in block
    assert "own-0001" not in worst(report.results, limit=1)


def test_the_worst_come_first() -> None:
    report = scored(misses=["12所", "300名", "90%"])
    assert worst(report.results).index("own-0002") < worst(report.results).index("own-0001")
    assert worst(report.results, in_order=True).index("own-0001") < worst(report.results, in_order=True).index(
        "own-0002"
    )
    assert faults(report.results) == {"missed value": 3}


def test_errors_of_linking_alone() -> None:
    report = scored(misses=["12所"], unlinked=["when"])
    assert faults(report.results) == {"missed value": 1, "year": 2}
    assert faults(report.results, given=True) == {"year": 2}
    shown = worst(report.results, given=True)
    assert "own-0001" in shown
    assert "own-0002" not in shown


def test_files_in_and_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planie.pipeline.load", lambda path: extractor(misses=["12所"]))
    write(tmp_path / "corpus.jsonl", [to_dict(d) for d in BOTH])
    report = evaluation.evaluate_files(
        "model", tmp_path / "corpus.jsonl", json_to=tmp_path / "out.json", errors_to=tmp_path / "errors.txt"
    )
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == report.to_dict()
    assert "- 幼儿园 | (新建) | 12所" in (tmp_path / "errors.txt").read_text("utf-8")
    assert {p.name for p in tmp_path.iterdir()} == {"corpus.jsonl", "out.json", "errors.txt"}


def test_errors_of_a_damaged_page_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone surrogate, which UTF-8 cannot hold."""
    monkeypatch.setattr("planie.pipeline.load", lambda path: extractor())
    monkeypatch.setattr(evaluation, "worst", lambda results: "新建\ud83d所")
    write(tmp_path / "corpus.jsonl", [to_dict(d) for d in BOTH])
    evaluation.evaluate_files(None, tmp_path / "corpus.jsonl", errors_to=tmp_path / "errors.txt")
    assert (tmp_path / "errors.txt").read_text("utf-8") == r"新建\ud83d所"


def test_rules_and_a_second_model_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def load(path: object) -> object:
        asked.append(path)
        return extractor()

    monkeypatch.setattr("planie.pipeline.load", load)
    write(tmp_path / "corpus.jsonl", [to_dict(d) for d in BOTH])
    report = evaluation.evaluate_files(None, tmp_path / "corpus.jsonl", compare="rules")
    assert report.comparison is not None
    assert (report.model, report.comparison.other) == ("fake 1", "rules")
    theirs = evaluate(Rules(), BOTH, resamples=5)
    assert report.comparison.differences["everything"].theirs == theirs["everything"].score
    evaluation.evaluate_files("rules", tmp_path / "corpus.jsonl", compare="other/model")
    assert asked == [None, "other/model"]
    with pytest.raises(CorpusError, match="no kind of noise"):
        evaluation.evaluate_files(None, tmp_path / "no.jsonl", noise=["dust"])  # said before anything is read


# --- errors as a page --------------------------------------------------------------------


def test_the_page_shows_gold_and_what_was_read() -> None:
    hostile = "<script>alert(1)</script>"
    documents = [goals(), replace(work(), id=hostile, frames=work().frames[:1])]
    text = side_by_side.page(scored(documents, misses=["新建"]))
    assert text.count("<section") == 1  # the other document is right
    assert text.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in text
    assert 'data-faults="action|spurious value" data-origin="own"' in text
    assert '<mark class="ACTION off" title="做法">新建</mark>' in text
    assert '<mark class="METRIC" title="指标">幼儿园</mark>' in text
    assert '<b class="bad">新建</b>' in text
    assert '<b class="bad">（无）</b>' in text
    assert '<div class="target none">（无）</div>' in text
    assert "action 新建 → nothing" in text
    assert "Content-Security-Policy" in text
    assert not [word for word in ("http:", "https:", "url(", "@import", " style=", "onclick") if word in text]


def test_a_page_without_errors_says_so() -> None:
    assert "没有误差" in side_by_side.page(scored())


def test_every_fault_has_its_word() -> None:
    assert set(side_by_side.FAULTS) == set(EXACT) | {
        f"{kind} {what}" for kind in ("missed", "spurious") for what in ("value", "frame")
    }
    assert {fault for seen in side_by_side._SEEN.values() for fault in seen} == set(EXACT)


def test_the_name_says_whether_errors_are_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planie.pipeline.load", lambda path: extractor(misses=["12所"]))
    write(tmp_path / "corpus.jsonl", [to_dict(d) for d in BOTH])
    evaluation.evaluate_files(None, tmp_path / "corpus.jsonl", errors_to=tmp_path / "errors.html")
    assert (tmp_path / "errors.html").read_text("utf-8").startswith("<!DOCTYPE html>")


# --- other readers ---------------------------------------------------------------------


class _Silent:
    """Finds nothing, and is no extractor."""

    name = "silent"
    calibration = (1.0, 0.0)

    def read(self, pieces: Sequence[Piece]) -> list[Found]:
        return [Found() for _ in pieces]

    def link(self, pieces: Sequence[Piece], entities: Sequence[Sequence[Entity]]) -> list[Found]:
        return [Found(tuple(given)) for given in entities]


def test_any_reader_of_pieces_is_scored() -> None:
    report = evaluate(_Silent(), BOTH, resamples=5)
    assert report.model == "silent"
    assert report["targets"].score == report["targets/given"].score == Score(0, 0, 4)
    assert set(EVERYTHING) < set(EXACT)


def test_a_reader_reads_what_the_pipeline_reads() -> None:
    reader = extractor()
    found: Result = read(page(goals()), ModelReader(reader))
    plan = reader(goals().text)
    assert [i.target for i in found.whole.items] == list(plan.targets)
