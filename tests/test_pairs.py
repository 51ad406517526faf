"""Candidate pairs: who may fill what, and the features, said a second time the slow way."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from hand import marked
from planie import pairs
from planie.schema import LABELS, PROGRAM_ROLES, ROLES
from planie.spans import Entity

TEXT, ENTITIES = marked(
    "[TIME:到2025年]，[METRIC:小学]、[METRIC:初中][METRIC:巩固率]分别达到[VALUE:99%]、[VALUE:97%]。"
    "[ORG:市教育局]实施“[PROGRAM:名师工程]”，[ACTION:培养][METRIC:名师][VALUE:50名]（其中[METRIC:硕士][VALUE:9名]）"
)
DISTANCE, VALUES, ALIKE, MARK, ORDER, RUNS = range(6)


def test_roles_are_those_of_both_frames() -> None:
    assert list(pairs.PAIR_ROLES) == [*ROLES, "program.when", "program.org"]
    assert len(pairs.PAIR_ROLES) == len(ROLES) + len(PROGRAM_ROLES)


def test_a_role_takes_its_own_label_of_its_own_anchor() -> None:
    table = pairs.legal(TEXT.replace("（", "，"), ENTITIES)
    for i, anchor in enumerate(ENTITIES):
        for j, filler in enumerate(ENTITIES):
            for k, role in enumerate(pairs.PAIR_ROLES):
                of_program = role.startswith("program.")
                wanted = PROGRAM_ROLES[role[8:]] if of_program else ROLES[role]
                own = "PROGRAM" if of_program else "METRIC" if role in ("head", "subject") else "VALUE"
                right = anchor.label == own and filler.label == wanted and i != j
                assert bool(table[i, j, k]) is right, (anchor, filler, role)


def test_no_value_is_its_own_base() -> None:
    text, entities = marked("由[VALUE:71%]提高到[VALUE:88%]")
    base = pairs.legal(text, entities)[:, :, pairs.PAIR_ROLES.index("base")]
    assert base.tolist() == [[False, True], [True, False]]


def test_what_a_bracket_adds_names_nothing_outside_it() -> None:
    text, entities = marked(
        "[METRIC:英语][VALUE:120分](含[METRIC:听力][VALUE:30分]),[METRIC:物理][VALUE:80分](责任单位:[ORG:教研室])\n1)[METRIC:美术][VALUE:9分]"
    )
    table = pairs.legal(text, entities)
    metric, head, org = (pairs.PAIR_ROLES.index(r) for r in ("metric", "head", "org"))
    english, listening, physics, office, art = 0, 2, 4, 6, 7
    assert table[3, listening, metric]
    assert table[listening, english, head]  # what stands outside holds inside
    assert not table[english, listening, head]
    assert not table[physics, listening, head]
    assert not table[5, listening, metric]
    assert table[5, office, org]
    assert table[8, art, metric]
    assert table[8, physics, metric]  # a bracket that nothing opens closes nothing


def slow(text: str, entities: tuple[Entity, ...], i: int, j: int) -> list[int]:
    """The features of one pair, as their names say them."""
    limits = (0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100)
    left, right = sorted((i, j))
    between = entities[left + 1 : right]
    stretch = "".join(text[a.end : b.start] for a, b in zip(entities[left:right], entities[left + 1 :], strict=False))
    gap = entities[right].start - entities[left].end
    bucket = next((n for n, limit in enumerate(limits) if gap <= limit), len(limits))
    marks = (" ", "、和及", '(（)）"“”', ",，", ":：", ";；", "。!！?？\n")
    return [
        bucket + (len(limits) + 1) * (j > i),
        min(sum(e.label == "VALUE" for e in between), 5),
        min(sum(e.label == entities[j].label for e in between), 5),
        max((n for n, chars in enumerate(marks, 1) if set(chars) & set(stretch)), default=0),
        min(max(j - i, -6), 5) + 6,
        slow_runs(text, entities, i, j),
    ]


def slow_runs(text: str, entities: tuple[Entity, ...], value: int, metric: int) -> int:
    """The clause as a string of M and V, the pair's places in it, and what the pattern around them says."""
    closing = set(";；。!！?？\n")
    row, at = "", {}
    for n, entity in enumerate(entities):
        at[n] = len(row)
        row += {"METRIC": "M", "VALUE": "V"}.get(entity.label, "")
        if n + 1 < len(entities) and closing & set(text[entity.end : entities[n + 1].start]):
            row += "|"
    if entities[value].label != "VALUE" or entities[metric].label != "METRIC" or metric > value:
        return 0
    for run in re.finditer(r"(M+)(V+)", row):
        if run.start(1) <= at[metric] < run.end(1) and run.start(2) <= at[value] < run.end(2):
            apart = (run.end(1) - at[metric]) - (run.end(2) - at[value])
            return min(max(apart, -3), 3) + 4 + 7 * (len(run[1]) == len(run[2]))
    return 0


def random_text(seed: int) -> tuple[str, tuple[Entity, ...]]:
    rng = random.Random(seed)
    fill = ("", "、", "，", "。", "和", "（", " ", "达到", "教" * 15, "教" * 120, "；")
    row = [
        rng.choice(fill) + f"[{rng.choice(LABELS)}:{'数' * rng.randint(1, 6)}]" for _ in range(rng.choice((1, 2, 20)))
    ]
    return marked("".join(row) + rng.choice(fill))


@pytest.mark.parametrize("seed", range(20))
def test_features_are_what_counting_by_hand_gives(seed: int) -> None:
    text, entities = (TEXT, ENTITIES) if seed == 0 else random_text(seed)
    table = pairs.features(text, entities)
    assert table.shape == (len(entities), len(entities), len(pairs.FEATURES))
    for i in range(len(entities)):
        for j in range(len(entities)):
            if i != j:
                assert table[i, j].tolist() == slow(text, entities, i, j), (i, j)


@pytest.mark.parametrize("seed", range(20))
def test_every_feature_stays_within_its_size(seed: int) -> None:
    table = pairs.features(*random_text(seed))
    assert (table >= 0).all()
    assert (table.max((0, 1)) < np.array(list(pairs.FEATURES.values()))).all()


def test_worked_features() -> None:
    table = pairs.features(TEXT, ENTITIES)
    second, primary = 5, 1  # 97% → 小学
    assert [TEXT[ENTITIES[i].start : ENTITIES[i].end] for i in (second, primary)] == ["97%", "小学"]
    assert table[second, primary, VALUES] == 1  # 99%
    assert table[second, primary, ALIKE] == 2  # 初中, 巩固率
    assert table[second, primary, MARK] == 2  # 、
    assert table[second, primary, ORDER] == 2  # four entities back
    assert table[second, primary, RUNS] == 6  # two metrics behind 小学, no value behind 97%; 3 metrics, 2 values


def test_respectively_pairs_places_in_runs() -> None:
    text, entities = marked("[METRIC:小学]、[METRIC:初中]、[METRIC:高中]分别为[VALUE:1所]、[VALUE:2所]、[VALUE:3所]")
    table = pairs.features(text, entities)[3:, :3, RUNS]
    assert (table == 11).tolist() == np.eye(3, dtype=bool).tolist()


LISTS = [
    ("[METRIC:小学]、[METRIC:初中]和[METRIC:高中]分别为[VALUE:1所]、[VALUE:2所]和[VALUE:3所]", {3: 0, 4: 1, 5: 2}),
    # a second run takes the metrics of the first
    (
        "[METRIC:小学]、[METRIC:初中][METRIC:巩固率][TIME:2025年]分别达到[VALUE:99%]、[VALUE:97%]，"
        "[TIME:2030年]分别达到[VALUE:100%]、[VALUE:98%]以上。",
        {4: 0, 5: 1, 7: 0, 8: 1},
    ),
    # and those that have a value each
    (
        "[METRIC:入园率][VALUE:90%]，[METRIC:巩固率]达到[VALUE:98%]，分别比[TIME:2020年]提高[VALUE:2]、[VALUE:1个百分点]。",
        {5: 0, 6: 2},
    ),
    ("[METRIC:入园率][VALUE:90%]。[METRIC:巩固率][VALUE:98%]，分别提高[VALUE:2]、[VALUE:1个百分点]", {}),
    ("[METRIC:入园率][VALUE:90%]，[METRIC:巩固率][VALUE:98%]，[METRIC:班额]分别下降[VALUE:2]、[VALUE:1人]", {}),
    ("[METRIC:公办园][VALUE:9所]，[METRIC:学位][VALUE:900个]，其中分别完成[VALUE:2所]、[VALUE:1所]", {}),
    ("[METRIC:小学]、[METRIC:初中]均为[VALUE:1所]、[VALUE:2所]", {}),  # not said
    ("[METRIC:小学]、[METRIC:初中]、[METRIC:高中]分别为[VALUE:1所]、[VALUE:2所]", {}),  # not as many
    ("[METRIC:小学]、[METRIC:初中]若干。分别为[VALUE:1所]、[VALUE:2所]", {}),  # another sentence
    ("[METRIC:小学]、[METRIC:初中]分别为[VALUE:1所]、[VALUE:2所]，[METRIC:教师]分别为[VALUE:3名]、[VALUE:4名]", {2: 0, 3: 1}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "gives"), LISTS)
def test_respectively_is_one_to_one(text: str, gives: dict[int, int]) -> None:
    assert pairs.respective(*marked(text)) == gives


def test_label_ids_leave_nought_for_padding() -> None:
    assert sorted({*pairs.label_ids(ENTITIES)}) == list(range(1, len(LABELS) + 1))


def test_entities_between_are_those_that_begin_there() -> None:
    entities = [Entity("METRIC", 2, 5), Entity("VALUE", 5, 8), Entity("TIME", 8, 9)]
    assert pairs.entities_between(entities, 2, 8) == (0, 2)
    assert pairs.entities_between(entities, 3, 9) == (1, 3)
    assert pairs.entities_between(entities, 9, 20) == (3, 3)
