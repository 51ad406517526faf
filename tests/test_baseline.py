"""The rule baseline: what its expressions find, and that nothing else leans on it."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from planie.baseline import TIME, VALUE, Rules
from planie.evaluation import Found, evaluate, page
from planie.evaluation.readers import joined
from readings import document, goals, work


def read(sentence: str) -> Found:
    return joined(Rules().read(page(document(sentence)).pieces))


def frames(sentence: str) -> list[tuple[str, str, dict[str, str]]]:
    """The frames of *sentence*: (value, status, roles), in words."""
    text = page(document(sentence)).healed.text
    found = read(sentence)
    said = [text[e.start : e.end] for e in found.entities]
    return [(said[f.value], f.status, {r: said[i] for r, i in f.roles.items()}) for f in found.frames]


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("毛入园率达到97.5%以上。", ["97.5%以上"]),
        ("经费增长不低于6%。", ["不低于6%"]),
        ("每校配备教师2—3名。", ["2—3名"]),
        ("举办讲座40余场。", ["40余场"]),
        ("安排资金1.3亿元。", ["1.3亿元"]),
        ("近3万人次参加。", ["近3万人次"]),
        ("覆盖率达**%以上。", ["**%以上"]),
        ("新建三所学校。", ["三所"]),
        ("师生比为1:12。", ["1:12"]),
        ("音乐室、书法室各20个。", ["20个"]),
        ("第3批学校。", []),
        ("印发〔2021〕8号文件。", []),
        ("2024年秋季开学前完成。", []),
    ],
)
def test_values(sentence: str, values: list[str]) -> None:
    assert [value for value, *_ in frames(sentence)] == values


@pytest.mark.parametrize(
    "time", ["2025年底前", "到2025年", "2023—2025年", "每年", "今年", "2xxx年底", "9月底前", "去年", "“十四五”期间"]
)
def test_times(time: str) -> None:
    match = TIME.match(time)
    assert match is not None
    assert match[0] == time


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2025年，毛入园率达到96%。", ("96%", "planned", {"metric": "毛入园率", "when": "到2025年"})),
        ("新建幼儿园12所。", ("12所", "planned", {"action": "新建", "metric": "幼儿园"})),
        ("力争建成18所重点学校。", ("18所", "planned", {"action": "建成", "metric": "重点学校"})),
        ("去年培训了教师300名。", ("300名", "achieved", {"action": "培训", "metric": "教师", "when": "去年"})),
        ("巩固率稳定在99%以上。", ("99%以上", "planned", {"metric": "巩固率"})),
    ],
)
def test_frames(sentence: str, expected: tuple[str, str, dict[str, str]]) -> None:
    assert frames(sentence)[0] == expected


def test_a_level_to_start_from() -> None:
    first, second = frames("覆盖率由71%提高到88%。")
    assert first == ("71%", "baseline", {"metric": "覆盖率"})
    assert second == ("88%", "planned", {"metric": "覆盖率", "base": "71%"})


def test_no_text_is_too_strange() -> None:
    for text in ("", "%", "1", "各", "到", "达到%", "由1%到", "12所" * 50, "\ud800 3所"):
        assert len({(e.start, e.end) for e in read(text).entities}) == len(read(text).entities)


def test_entities_are_flat_and_in_order() -> None:
    found = read("到2025年，新建、改扩建幼儿园12所（其中公办8所），覆盖率由71%提高到88%以上。")
    ends = [(e.start, e.end) for e in found.entities]
    assert all(one[1] <= two[0] for one, two in pairwise(ends))
    assert len(found.frames) == 4


def test_it_can_be_evaluated() -> None:
    report = evaluate(Rules(), [goals(), work()], resamples=5)
    assert report.model == "rules"
    assert report["values"].score.f1 == 1.0
    assert report["targets"].score.right >= 3
    assert report["roles/metric/given"].score.recall == 1.0


def test_the_pipeline_never_imports_it() -> None:
    code = "import sys, planie.pipeline, planie.cli, planie.evaluation; sys.exit('planie.baseline' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_its_numbers_never_begin_or_end_in_punctuation() -> None:
    for text in ("，12所，", "（3名）", "、5%、", "：8个。"):
        assert VALUE.findall(text)
        assert all(match == match.strip("，。（）、：") for match in VALUE.findall(text))
