"""The linking stage: what the scores say, held to the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from hand import layout, marked
from planie import linker, pairs
from planie.linker import MOST, ROWS, Linked, Thresholds
from planie.schema import LABELS, PROGRAM_ROLES, ROLES, STATUSES
from planie.spans import Entity
from planie.tagger import Piece, Tagged
from planie.windows import make

Told = Mapping[tuple[int, str, int], float]


class Oracle:
    """Gives the logits that it is told: (anchor, role, filler) → logit, all by number in the piece.

    The heads carry each entity's number, so that the oracle knows which is which in any grouping.
    """

    def __init__(self, told: Told, statuses: Mapping[int, str] | None = None, *, other: float = -8.0) -> None:
        self.told, self.statuses, self.other = told, statuses or {}, other
        self.sizes: list[int] = []

    def link(self, spans: Any, heads: Any, labels: Any, anchors: Any, features: Any) -> tuple[Any, Any]:
        assert len(spans) == len(heads) == len(labels) == ROWS
        assert len(features) == len(anchors)
        assert (labels[:, 0] > 0).all()  # a row of padding alone has nothing to attend to
        self.sizes.append(int((labels > 0).sum(1).max()))
        roles = np.full((len(anchors), labels.shape[1], len(pairs.PAIR_ROLES)), self.other, np.float32)
        status = np.full((len(anchors), len(STATUSES)), np.log(0.05), np.float32)
        for at, (row, place) in enumerate(anchors):
            assert LABELS[labels[row, place] - 1] in pairs.ANCHORS
            numbers = {int(heads[row, n, 0]): n for n in range(labels.shape[1]) if labels[row, n]}
            own = int(heads[row, place, 0])
            for (anchor, role, filler), logit in self.told.items():
                if anchor == own and filler in numbers:
                    roles[at, numbers[filler], pairs.PAIR_ROLES.index(role)] = logit
            status[at, STATUSES.index(self.statuses.get(own, "planned"))] = np.log(0.9)
        return roles, status


def stage(*texts: str) -> tuple[list[Piece], list[Tagged]]:
    pieces, tagged = [], []
    for text in texts:
        plain, entities = marked(text)
        numbers = np.arange(len(entities), dtype=np.float32)[:, None]
        pieces.append(Piece(plain, tuple(make(plain, layout(plain)))))
        tagged.append(Tagged(entities, np.repeat(numbers, 3, 1), numbers))
    return pieces, tagged


def link(text: str, told: Told, statuses: Mapping[int, str] | None = None, **thresholds: float) -> Linked:
    pieces, tagged = stage(text)
    (found,) = linker.link(pieces, tagged, Oracle(told, statuses), thresholds=Thresholds(**thresholds))
    return found


def rows(found: Linked) -> list[tuple[int, str, dict[str, int]]]:
    return [(f.value, f.status, dict(f.roles)) for f in found.frames]


def test_roles_above_the_threshold_are_filled() -> None:
    text = "[TIME:到2025年][ACTION:新建][METRIC:幼儿园][VALUE:12所]"
    found = link(text, {(3, "metric", 2): 3, (3, "action", 1): 3, (3, "when", 0): -1})
    assert rows(found) == [(3, "planned", {"metric": 2, "action": 1})]


def test_a_role_takes_its_own_label_whatever_the_scores_say() -> None:
    text = "[TIME:今年][ORG:市教育局][PROGRAM:名师工程][ACTION:培养][METRIC:名师][VALUE:50名]"
    told = {(5, role, i): 9.0 for role in ROLES if role not in ("head", "subject") for i in range(6)}
    (frame,) = link(text, told).frames
    assert frame.roles == {"metric": 4, "action": 3, "when": 0, "program": 2, "org": 1}


def test_of_several_candidates_the_best_and_only_one() -> None:
    text = "[ACTION:新建][ACTION:改建][METRIC:幼儿园][VALUE:12所]"
    (frame,) = link(text, {(3, "metric", 2): 3, (3, "action", 0): 2, (3, "action", 1): 5}).frames
    assert frame.roles == {"metric": 2, "action": 1}


def test_two_candidates_that_are_equally_good_fill_nothing() -> None:
    text = "[ACTION:新建][ACTION:改建][METRIC:幼儿园][VALUE:12所]"
    (frame,) = link(text, {(3, "metric", 2): 3, (3, "action", 0): 1, (3, "action", 1): 1}).frames
    assert "action" not in frame.roles  # e / (1 + 2e) is 0.42, under one half


def test_a_value_of_several_metrics_gives_a_frame_each() -> None:
    text = "[METRIC:音乐室]、[METRIC:舞蹈室]、[METRIC:书法室]各[VALUE:20个]"
    found = link(text, {(3, "metric", i): 4.0 for i in range(3)})
    assert [r[2] for r in rows(found)] == [{"metric": 0}, {"metric": 1}, {"metric": 2}]
    assert {f.value for f in found.frames} == {3}


def test_metrics_that_share_a_value_stand_side_by_side() -> None:
    text = "[METRIC:学位]紧张，新建[METRIC:音乐室]以及[METRIC:舞蹈室]各[VALUE:20个]"
    found = link(text, {(3, "metric", 0): 2.0, (3, "metric", 1): 4.0, (3, "metric", 2): 3.0})
    assert [r[2] for r in rows(found)] == [{"metric": 1}, {"metric": 2}]
    assert [r[2] for r in rows(link(text, {(3, "metric", 0): 4.0, (3, "metric", 1): 3.0}))] == [{"metric": 0}]


def test_several_values_of_one_metric() -> None:
    text = "[METRIC:占比]达到[VALUE:84%]，同比提升[VALUE:3.2个百分点]"
    found = link(text, {(1, "metric", 0): 4, (2, "metric", 0): 4}, {2: "achieved"})
    assert rows(found) == [(1, "planned", {"metric": 0}), (2, "achieved", {"metric": 0})]


def test_a_head_is_no_metric_of_its_own_frame() -> None:
    text = "[METRIC:小学][METRIC:巩固率]达到[VALUE:99%]"
    told = {(2, "metric", 0): 3, (2, "metric", 1): 4, (0, "head", 1): 4}
    assert rows(link(text, told)) == [(2, "planned", {"metric": 0, "head": 1})]


def test_without_a_sure_metric_the_likeliest_above_the_floor_is_taken() -> None:
    text = "[METRIC:小学][METRIC:初中]达到[VALUE:99%]"
    found = link(text, {(2, "metric", 0): -1.0, (2, "metric", 1): -0.5}, metric_alone=0.3)
    assert rows(found) == [(2, "planned", {"metric": 1})]
    assert rows(link(text, {(2, "metric", 1): -0.5}, metric_alone=0.5)) == [(2, "planned", {})]


def test_a_value_without_a_metric_is_still_a_frame() -> None:
    assert rows(link("[ACTION:培训][VALUE:800人次]", {(1, "action", 0): 4})) == [(1, "planned", {"action": 0})]


def test_a_baseline_is_a_value_of_that_status() -> None:
    text = "[METRIC:占比]由[VALUE:71%]提高到[VALUE:88%]"
    told = {(1, "metric", 0): 4.0, (2, "metric", 0): 4.0, (2, "base", 1): 4.0}
    assert rows(link(text, told, {1: "baseline"}))[1] == (2, "planned", {"metric": 0, "base": 1})
    assert rows(link(text, told))[1] == (2, "planned", {"metric": 0})


def test_a_baseline_has_no_base() -> None:
    text = "[METRIC:占比]由[VALUE:71%]提高到[VALUE:88%]"
    told = {(1, "base", 2): 4.0, (2, "base", 1): 4.0}
    assert all("base" not in f.roles for f in link(text, told, {1: "baseline", 2: "baseline"}).frames)


def test_confidence_multiplies_what_it_rests_on() -> None:
    text = "[METRIC:占比]达到[VALUE:88%]"
    (frame,) = link(text, {(1, "metric", 0): 0.0}).frames
    assert frame.confidence == pytest.approx(0.9 * 0.5, abs=1e-3)


def test_programmes_take_a_time_and_a_body() -> None:
    text = "[ORG:市教育局][TIME:年底前]启动[PROGRAM:名师工程]，[PROGRAM:强校行动]"
    told = {(2, f"program.{r}", i): 4.0 for r in PROGRAM_ROLES for i in (0, 1)}
    found = link(text, told)
    assert [(p.program, p.roles) for p in found.programs] == [(2, {"when": 1, "org": 0}), (3, {})]
    assert found.frames == ()


def test_links_stay_inside_a_line() -> None:
    text = "[METRIC:占比]达到[VALUE:84%]。\n[METRIC:人数]达到[VALUE:9名]。"
    told = {(1, "metric", 2): 9.0, (3, "metric", 0): 9.0, (3, "metric", 2): 4.0}
    assert rows(link(text, told)) == [(1, "planned", {}), (3, "planned", {"metric": 2})]


def test_a_line_without_an_anchor_is_not_scored() -> None:
    pieces, tagged = stage("[ORG:市教育局]\n[METRIC:占比]达到[VALUE:84%]")
    oracle = Oracle({(2, "metric", 1): 4})
    assert len(linker.link(pieces, tagged, oracle, thresholds=Thresholds())[0].frames) == 1
    assert oracle.sizes == [2]


@pytest.mark.parametrize("count", [MOST // 2, MOST // 2 + 1, 80, 200])
def test_a_long_line_is_read_in_overlapping_groups(count: int) -> None:
    text = "，".join(f"[METRIC:甲]为[VALUE:{n}]" for n in range(count))
    told = {(2 * n + 1, "metric", 2 * n): 4.0 for n in range(count)}
    told |= {(2 * n, "subject", max(2 * n - 20, 0)): 4.0 for n in range(11, count)}  # ten pairs back
    pieces, tagged = stage(text)
    oracle = Oracle(told)
    (found,) = linker.link(pieces, tagged, oracle, thresholds=Thresholds())
    assert rows(found) == [
        (2 * n + 1, "planned", {"metric": 2 * n} | ({"subject": 2 * n - 20} if n >= 11 else {})) for n in range(count)
    ]
    assert max(oracle.sizes) <= MOST


def test_respectively_gives_each_value_its_own_metric() -> None:
    text = "[METRIC:小学]、[METRIC:初中]分别达到[VALUE:99%]、[VALUE:97%]"
    found = link(text, {(2, "metric", 1): 4.0, (3, "metric", 0): 4.0, (3, "metric", 1): 4.0})
    assert [frame.roles["metric"] for frame in found.frames] == [0, 1]


def test_pieces_do_not_mix() -> None:
    texts = [f"[METRIC:占比]达到[VALUE:{n}%]" + "，[METRIC:人数][VALUE:1名]" * (n % 4) for n in range(11)]
    pieces, tagged = stage(*texts)
    told = {(2 * n + 1, "metric", 2 * n): 4.0 for n in range(8)}
    together = linker.link(pieces, tagged, Oracle(told), thresholds=Thresholds())
    alone = [
        linker.link([p], [t], Oracle(told), thresholds=Thresholds())[0] for p, t in zip(pieces, tagged, strict=True)
    ]
    assert together == alone
    assert [len(found.frames) for found in together] == [1 + n % 4 for n in range(11)]


def test_no_entities() -> None:
    piece = Piece("甲", tuple(make("甲", layout("甲"))))
    empty = Tagged((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
    assert linker.link([piece], [empty], Oracle({}), thresholds=Thresholds()) == [Linked((), ())]
    lone = Tagged((Entity("TIME", 0, 1),), np.zeros((1, 3), np.float32), np.zeros((1, 1), np.float32))
    assert linker.link([piece], [lone], Oracle({}), thresholds=Thresholds()) == [Linked((), ())]
