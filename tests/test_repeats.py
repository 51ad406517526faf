"""Repeats: the excerpt that announces itself is set aside, wherever it stands, and the article is read."""

from __future__ import annotations

import time

import pytest

from planie.structure import analyse
from planie.structure.repeats import teasers

FIRST = "青禾区明年在每个街道新建1所公办小学,解决随迁子女就近入学的问题。"
SECOND = "据悉,全区5所小学分两批动工,第一批总投资800万元,目前已到位300万元。"
LAST = "第二批后年动工,两所小学的规模均为24个班。"
BODY = f"{FIRST}\n{SECOND}{LAST}"


def read_and_aside(text: str) -> tuple[str, list[tuple[str, str]]]:
    (layout,) = analyse(text)
    said = "".join(text[s.start : s.end] for s in layout.sentences)
    return said, [(run.kind, text[run.start : run.end]) for run in layout.set_aside]


@pytest.mark.parametrize(
    "teaser",
    [
        f"【导读】 {FIRST} {SECOND}{LAST}",
        f"【导读】 {FIRST} {SECOND[:22]}...",
        f"[摘要]{FIRST}",
        f"核心提示:{FIRST}{SECOND}",
        f"导读：{FIRST}",
        f"{FIRST}{SECOND[:22]}……",
        f"{FIRST}{SECOND[:22]}…]",
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["above", "below"])
def test_a_teaser_is_set_aside_wherever_it_stands(teaser: str, first: bool) -> None:
    said, aside = read_and_aside(f"{teaser}\n{BODY}" if first else f"{BODY}\n{teaser}")
    assert said == BODY.replace("\n", "")
    assert aside == [("excerpt", teaser)]


@pytest.mark.parametrize(
    "line",
    [
        "【导读】本文介绍三个街道的做法,供各地借鉴参考,欢迎各校结合实际学习推广。",
        "导读课每周安排1节,由语文教师负责,全区5所小学都要开设,并纳入年度考核。",
        "孩子们画下了心中的学校,有的在山脚下,有的在小河边,有的在云朵之上……",
        f"【摘要】{FIRST[:20]}",
    ],
)
def test_a_line_that_says_its_own_is_read(line: str) -> None:
    said, aside = read_and_aside(f"{BODY}\n{line}")
    assert said == BODY.replace("\n", "") + line
    assert aside == []


def test_an_excerpt_that_does_not_say_so_gives_way_to_the_article_below() -> None:
    _, aside = read_and_aside(f"{FIRST}{SECOND}\n青禾区教育局工作简报\n{BODY}{LAST.replace('24', '36') * 3}")
    assert [kind for kind, _ in aside] == ["excerpt"]
    assert aside[0][1].startswith(FIRST)


def _seconds(size: int) -> float:
    keys = ["全区小学分两批动工" * 9 + str(n) for n in range(size)]
    texts = {n: f"【导读】{key}甲" if n % 2 else key for n, key in enumerate(keys)}
    taken = []
    for _ in range(3):
        began = time.process_time()
        assert teasers(keys, range(size), [0], texts) == {}
        taken.append(time.process_time() - began)
    return min(taken)


def test_many_teasers_take_linear_time() -> None:
    assert _seconds(8000) < 0.02 + 3 * 8 * _seconds(1000)
