"""Layout: plans, titles, years, sections, sentences, and what is set aside."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.spans import Layout
from planie.structure import analyse
from planie.structure.lines import lines_of
from planie.structure.sentences import cut

CASES = Path(__file__).parent / "cases" / "structure"
SHARED = Path(__file__).resolve().parents[2] / "shared"


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


def read(text: str, layout: Layout) -> list[str]:
    return [text[s.start : s.end] for s in layout.sentences]


@pytest.mark.parametrize(("text", "said"), rows("titles"))
def test_a_plan_says_what_it_is(text: str, said: list[Any]) -> None:
    first = analyse(text)[0]
    assert [first.title, first.kind, first.issuer, first.period and list(first.period), first.published] == said


@pytest.mark.parametrize(("text", "expected"), rows("sections"))
def test_sections(text: str, expected: list[list[Any]]) -> None:
    (layout,) = analyse(text)
    assert [[s.number, s.heading, s.level, s.role, s.parent] for s in layout.sections] == expected


@pytest.mark.parametrize(("line", "expected"), rows("sentences"))
def test_sentences(line: str, expected: list[str]) -> None:
    assert [line[start:end] for start, end in cut(line)] == expected


@pytest.mark.parametrize(("line", "form", "number", "bare"), rows("lines"))
def test_numbers_and_bullets(line: str, form: str, number: str, bare: str) -> None:
    (found,) = lines_of(line)
    assert [found.form, found.number, found.text] == [form, number, bare]


@pytest.mark.parametrize(("text", "expected"), rows("furniture"))
def test_furniture_is_set_aside(text: str, expected: list[list[str]]) -> None:
    found = [part for layout in analyse(text) for part in layout.set_aside]
    assert [[part.kind, text[part.start : part.end]] for part in found] == expected


@pytest.mark.parametrize("line", rows("negative"))
def test_the_plan_itself_is_read(line: str) -> None:
    text = f"栖云县教育局工作计划\n一、目标\n新建学校9所。\n{line}\n二、任务\n办好学校。"
    (layout,) = analyse(text)
    assert layout.set_aside == ()
    assert "".join(read(text, layout)) == text.replace("\n", "")


@pytest.mark.parametrize(("text", "expected"), rows("pages"))
def test_plans_of_a_page(text: str, expected: list[Any]) -> None:
    assert [[layout.title, read(text, layout)] for layout in analyse(text)] == expected


@pytest.mark.xfail(strict=True, reason="the first line of the title does not say that it goes on")
@pytest.mark.parametrize(("text", "title"), rows("known_failures"))
def test_known_failures(text: str, title: str) -> None:
    assert analyse(text)[0].title == title


def test_sections_run_to_the_next_of_their_depth() -> None:
    text = "栖云县计划\n一、目标\n(一)甲\n新建学校9所。\n(二)乙\n二、任务\n办好学校。\n下一篇:丙"
    (layout,) = analyse(text)
    said = [text[s.start : s.end] for s in layout.sections]
    assert said == [
        "一、目标\n(一)甲\n新建学校9所。\n(二)乙\n",
        "(一)甲\n新建学校9所。\n",
        "(二)乙\n",
        "二、任务\n办好学校。",
    ]
    assert [text[slice(*s.heading_span)] for s in layout.sections] == ["一、目标", "(一)甲", "(二)乙", "二、任务"]


def test_a_run_in_heading_is_a_sentence_of_its_own() -> None:
    text = "栖云县计划\n1.加快建设。新建学校9所。"
    (layout,) = analyse(text)
    assert [(text[s.start : s.end], s.section, s.heading) for s in layout.sentences] == [
        ("栖云县计划", None, True),
        ("1.加快建设。", 0, True),
        ("新建学校9所。", 0, False),
    ]


LINES = st.sampled_from(
    """一、目标|二、任务|(一)师资|1.建设。新建学校9所。|①改造2所|第一条 总则|一是抓项目。|篇2:工作计划|【篇三】工作总结|栖云县教育局2024年工作要点|目录|附件1
    来源:栖云日报|相关推荐|下一篇:甲|教研计划03-30|>|首页|12|新建学校9所。|——2024年3月4日在全县会议上的讲话|2024年3月4日|各位代表：|关于加快|的意见|#|（2022—2024年）
    全县新建学校9所,改造校舍12万平方米,毛入园率达到97.5%以上,普惠性幼儿园覆盖率不低于88%。|2023年工作回顾|今年|“|（|。|…|主要目标|政府工作报告|😀|\ud800|.""".replace(
        "\n", "|"
    ).split("|")
)


def check(text: str, layouts: tuple[Layout, ...]) -> None:
    """What holds of every layout of any text."""
    assert [layouts[0].start, *(b.start for b in layouts[1:]), layouts[-1].end] == [
        0,
        *(a.end for a in layouts[:-1]),
        len(text),
    ]
    for layout in layouts:
        parts = sorted([(s.start, s.end) for s in layout.sentences] + [(s.start, s.end) for s in layout.set_aside])
        assert all(start < end for start, end in parts)
        assert all(a[1] <= b[0] for a, b in pairwise(parts))
        assert all(layout.start <= start and end <= layout.end for start, end in parts)
        for i, section in enumerate(layout.sections):
            assert (
                section.start
                <= section.heading_span[0]
                <= section.heading_span[1]
                <= max(section.end, section.heading_span[1])
            )
            assert section.parent is None or (
                section.parent < i and layout.sections[section.parent].level < section.level
            )
        unread = text[layout.start : layout.end]
        for start, end in reversed(parts):
            unread = unread[: start - layout.start] + unread[end - layout.start :]
        assert unread.strip(" \t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\u3000•#-*·●") == ""


@given(st.lists(LINES, max_size=24))
def test_every_character_is_read_or_set_aside(lines: list[str]) -> None:
    text = "\n".join(lines)
    check(text, analyse(text))


@given(st.text(st.sampled_from(list("一二、.(（)）“”。；;\n\t |12年第篇条#>：:…**关于计划")), max_size=60))
def test_no_text_is_refused(text: str) -> None:
    check(text, analyse(text))


@given(st.text(max_size=80))
def test_no_character_is_refused(text: str) -> None:
    analyse(text)


PATTERNS = [
    "(", "“。", "一、", "(一)", "\n", "1.\n", "篇2:工作计划\n", "关于\n", "目录\n", ">\n", "附件\n", "\"", "；", "|", "…", "\\", "1 ",
    "市教育局工作计划\n一、目标\n新建学校9所。\n二、任务\n办好学校。\n", "一、目标\n新建学校9所。\n",
    "全县新建学校9所,改造校舍12万平方米,毛入园率达到97.5%以上,普惠率不低于88%。",
    "教研计划03-30\n", "——在会议上的讲话\n", "2024年1月1日\n",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_repetitions_come_to_an_end(pattern: str) -> None:
    text = pattern * 24_000  # hours, where a rule tries every split; training/benchmark.py measures the rate
    for layout in analyse(text):
        assert all(0 <= s.start <= s.end <= len(text) for s in layout.sections)


def test_ten_megabytes() -> None:
    block = "一、第{n}项目标\n全县新建学校{n}所,改造校舍{n}万平方米。普惠率不低于{n}%；培训教师{n}名。\n(一)任务{n}\n投入资金{n}万元。\n"
    text = "栖云县教育局工作计划\n" + "".join(block.format(n=n) for n in range(60_000))
    assert len(text.encode()) > 9_000_000
    (layout,) = analyse(text)
    assert (len(layout.sections), layout.set_aside) == (120_000, ())


SEEDS = [
    ("000_08a209abf922c2e9.txt", ["市教育局工作计划"]),
    ("001_19cbb02c741debc7.txt", ["县教育体育局2020年度工作计划"]),
    ("003_8939baa4fd789849.txt", ["区学前教育三年提升行动计划", "区教育信息化三年行动计划", "区加快推进师资队伍建设三年行动计划", "区创建优质特色高中三年行动计划", "实验中学学校安全工作计划"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "titles"), SEEDS)
def test_seeds(name: str, titles: list[str]) -> None:
    path = SHARED / "seeds" / name
    if not path.is_file():
        pytest.skip("the shared texts are not beside this checkout")
    pytest.importorskip("opencc")
    from planie.heal import heal

    text = heal(path.read_text("utf-8")).text
    layouts = analyse(text)
    check(text, layouts)
    assert [layout.title for layout in layouts] == titles
    assert all(layout.sections for layout in layouts)


TWICE = ["d233", "d262", "d264"]


@pytest.mark.parametrize("name", TWICE)
def test_a_text_printed_twice_is_read_once(name: str) -> None:
    path = SHARED / "realdocs" / f"{name}.txt"
    if not path.is_file():
        pytest.skip("the shared texts are not beside this checkout")
    text = path.read_text("utf-8")
    (layout,) = analyse(text)
    long = [said for said in read(text, layout) if len(said) >= 30]
    assert len(long) == len(set(long))
    assert 0.4 < sum(map(len, read(text, layout))) / len(text) < 0.6


@pytest.mark.parametrize(
    ("said", "heading"),
    [
        ("上半年工作今年上半年,县教育局新建幼儿园6所", "上半年工作"),
        ("主要成效近年来,全县新建幼儿园6所", "主要成效"),
        ("新建幼儿园今年,青禾镇", "新建幼儿园今年"),  # no word that ends a heading
        ("到期工作2024年,新建幼儿园6所", "到期工作2024年"),
    ],
)
def test_a_heading_ends_where_the_time_of_its_text_begins(said: str, heading: str) -> None:
    page = f"栖云县教育局工作总结\n一、{said},建设进度稳步推进,学校管理日趋规范,教学秩序井然,教师安心从教,家长满意度稳步提高。"
    assert analyse(page)[0].sections[0].heading == heading


@pytest.mark.parametrize(("mark", "count"), [("x.", 2), ("*、", 2), ("xx.", 0), ("某.", 0)])
def test_masked_digits_number_headings(mark: str, count: int) -> None:
    page = f"青禾镇教育工作总结\n{mark}城区学校建设。校舍竣工。\n{mark}农村学校建设。食堂竣工。"
    assert [s.heading for s in analyse(page)[0].sections] == ["城区学校建设", "农村学校建设"][:count]


def test_one_masked_digit_numbers_nothing() -> None:
    assert analyse("青禾镇教育工作总结\nx.城区学校建设。校舍竣工。\n食堂竣工。")[0].sections == ()
