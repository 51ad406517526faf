"""Titles glued to their text and headings inside a paragraph begin lines of their own; lists stay whole."""

from __future__ import annotations

import pytest

from pace import is_linear
from planie.structure import analyse
from planie.structure.inline import breaks
from planie.structure.lines import lines_of
from planie.structure.spaced import spaced

FILL = "各校认真落实课程方案,教学秩序井然。教师安心从教,家长满意度稳步提高。"
SAID = ("提高认识", "加强领导", "狠抓落实")
FLAT = (
    "栖云县教育局2023年工作总结和2024年工作计划一、2023年主要工作(一)学前教育。新建幼儿园6所。" + FILL * 3 +
    "(二)义务教育。巩固率达到97%。" + FILL * 3 + "二、2024年工作计划(一)学前教育。新建幼儿园8所。" + FILL * 3 +
    "(二)教师队伍。招聘教师120名。"
)  # fmt: skip


def test_a_page_in_one_paragraph_has_its_title_and_sections() -> None:
    (layout,) = analyse(FLAT)
    assert (layout.title, layout.kind, layout.issuer) == (
        "栖云县教育局2023年工作总结和2024年工作计划",
        "report",
        "栖云县教育局",
    )
    assert [(s.number, s.heading, s.level, s.role) for s in layout.sections] == [
        ("一、", "2023年主要工作", 1, "review"),
        ("(一)", "学前教育", 2, "review"),
        ("(二)", "义务教育", 2, "review"),
        ("二、", "2024年工作计划", 1, "tasks"),
        ("(一)", "学前教育", 2, "tasks"),
        ("(二)", "教师队伍", 2, "tasks"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("栖云县教育扶贫工作总结近年来,我县始终把教育扶贫放在首位," + FILL * 4, "栖云县教育扶贫工作总结"),
        ("青禾小学2024年工作计划 2024年,学校将继续改善办学条件," + FILL * 4, "青禾小学2024年工作计划"),
        ("栖云县第二中学工作总结 今年以来,学校把质量放在首位," + FILL * 4, "栖云县第二中学工作总结"),
        ("2012年镇教育工作汇报xx镇位于xx市东部,现有小学6所。" + FILL * 4, "2012年镇教育工作汇报"),
        ("青禾镇教育工作汇报在镇党委的正确领导下,全镇教育稳步发展," + FILL * 4, "青禾镇教育工作汇报"),
    ],
)
def test_a_glued_title_is_a_line(text: str, title: str) -> None:
    assert lines_of(text)[0].text == title
    assert analyse(text)[0].title == title


@pytest.mark.parametrize(
    "text",
    [
        "全年抓好三项工作:1.新建幼儿园6所。2.招聘教师120名。3.培训校长40名。" + FILL * 8,  # a list in a sentence
        "一、二年级学生每天阅读20分钟。" + FILL * 8 + "三、四年级学生每天阅读30分钟。",
        "根据2023年工作总结为各校改进办法提供依据。" + FILL * 8,
        "为了落实全县教育工作计划为教师减负," + FILL * 4,
        "一、总体要求。" + FILL * 10,  # one heading numbers nothing
        "一是新建幼儿园6所。二是招聘教师120名。" + FILL * 8,
        "规划建设12个教学班。" + FILL * 10,
        FILL,
        "",
    ],
)
def test_a_paragraph_stays_whole(text: str) -> None:
    assert breaks(text, opening=True) == []


@pytest.mark.parametrize("mark", ["；", "。"])
def test_a_list_in_prose_is_no_part_of_the_outline(mark: str) -> None:
    listed = mark.join(f"{n}、要{said}," + FILL[:-1] * 3 for n, said in zip("一二三", SAID, strict=True))
    page = f"栖云县2024年教育工作计划\n一、总体要求\n稳步发展。\n二、主要任务\n会议要求:{listed}。\n三、保障措施\n加强领导。"
    assert [(s.number, s.heading) for s in analyse(page)[0].sections] == [
        ("一、", "总体要求"),
        ("二、", "主要任务"),
        ("三、", "保障措施"),
    ]


def test_the_first_headings_of_an_excerpt_nest() -> None:
    text = "栖云县“十一五”教育规划 一、基础 “十五”期间,全县教育稳步发展。(一)发展成就 1.办学条件改善。" + FILL * 10
    assert [(s.number, s.heading, s.role) for s in analyse(text)[0].sections] == [
        ("一、", "基础", "review"),
        ("(一)", "发展成就", "review"),
        ("1.", "办学条件改善", "review"),
    ]


def test_a_title_may_stand_at_a_space_before_its_first_heading() -> None:
    text = "青禾县教育局上半年工作总结 一、主要成效 (一)项目建设。" + FILL * 10
    (layout,) = analyse(text)
    assert (layout.title, [s.heading for s in layout.sections]) == (
        "青禾县教育局上半年工作总结",
        ["主要成效", "项目建设"],
    )


def test_a_year_may_stand_behind_a_number() -> None:
    goals = "".join(f"{i}.202{i}年底前,新建幼儿园9所。" + FILL * 2 for i in (1, 2, 3))
    text = "一、目标任务。" + goals + "二、保障措施。" + FILL * 3
    assert [text[at : at + 2] for at in breaks(text, opening=False)] == ["1.", "2.", "3.", "二、"]


@pytest.mark.parametrize("listed", ["一、二年级(一)班", "一、新建幼儿园6所,(一)期9月完工"])
def test_what_only_looks_nested_stays(listed: str) -> None:
    assert breaks("本学期," + listed + "。" + FILL * 10, opening=False) == []


def test_many_marks_take_linear_time() -> None:
    marks = "1.好" * 60_000  # the longer the line, the longer each mark took
    assert is_linear(lambda text: breaks(text, opening=False), marks)


def test_below_the_opening_no_title_is_looked_for() -> None:
    text = "栖云县教育扶贫工作总结近年来,我县始终把教育扶贫放在首位," + FILL * 3
    assert breaks(text, opening=True)
    assert not breaks(text, opening=False)


def test_the_plans_of_a_collection_in_one_line_are_told_apart() -> None:
    said = ["".join(f"{area}片区{n}号校舍完成修缮,添置图书{n}00册。" for n in range(1, 12)) for area in "东西南北"]
    page = (
        "2024年小学工作计划【汇集2篇】时光飞逝,希望对大家有所帮助。小学工作计划和目标【第一篇】(一)基本情况。" + said[0]
        + "(二)取得的成就。" + said[1] + "小学工作计划和目标【第二篇】(一)指导思想。" + said[2] + "(二)工作任务。" + said[3]
    )  # fmt: skip
    assert [[s.heading for s in layout.sections] for layout in analyse(page)] == [
        ["基本情况", "取得的成就"],
        ["指导思想", "工作任务"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "各校学习了县教育局编印的《小学工作计划范例》【第一篇】和第二篇。" + FILL * 4,  # a book
        "各校交流了工作,学校工作计划【第一篇】由青禾小学撰写。" + FILL * 4,  # in a sentence
        "教师撰写教学随笔【第一篇】。" + FILL * 4,
        "小学工作计划【第一篇】",
    ],
)
def test_a_number_in_a_bracket_divides_no_sentence(text: str) -> None:
    assert breaks(text, opening=False) == []


def test_the_number_of_a_file_is_no_part_of_the_title_behind_it() -> None:
    line = "编号:658220000栖云县教育局2024年工作总结一年来,全县教育稳步发展。" + FILL * 8
    cuts = breaks(line, opening=True)
    assert [line[a:b] for a, b in zip([0, *cuts], cuts, strict=False)] == [
        "编号:658220000",
        "栖云县教育局2024年工作总结",
    ]
    assert breaks("编号:658220000。" + FILL * 8, opening=True)[:1] != [0]


@pytest.mark.parametrize("day", ["201X/X/XX", "2024/7/15", "2024-07-15", "20xx.x.x"])
def test_a_title_ends_before_its_day_behind_which_it_is_said_again(day: str) -> None:
    head = ["栖云县教育局2024年上半年工作总结汇报", day, "栖云县教育局2024年上半年工作总结"]
    line = "".join(head) + "今年以来,全县教育稳步发展。" + FILL * 8
    cuts = breaks(line, opening=True)
    assert [line[a:b] for a, b in zip([0, *cuts], cuts, strict=False)] == head
    (layout,) = analyse(line)
    assert (layout.title, layout.period) == (head[0], (2024, 2024))


@pytest.mark.parametrize(
    "line",
    [
        "栖云县教育局工作总结2024/7/15" + " " * 90,  # nothing behind the day
        "2024年工作总结2024/7/15栖云",  # short
        "按照县教育局《2024年工作计划》2024/7/15前完成。" + FILL * 8,
        "全县完成2024/25学年工作计划2024/3份,其余推进。" + FILL * 8,
    ],
)
def test_what_is_no_day_behind_a_title_ends_none(line: str) -> None:
    assert breaks(line, opening=True) == []


SPACED = (
    "栖云县教育工作报告 ——2024年1月16日在全县教育大会上 县教育局局长 各位同志: 现在,我向大会报告工作。 一、2023年工作回顾 "
    "2023年,全县教育稳步发展。" + FILL * 2 + " 办学条件不断改善。" + FILL * 2 + " 二、2024年工作安排 重点抓好以下工作: "
    "(一)学前教育 新建幼儿园8所。" + FILL * 2 + " (二)教师队伍 招聘教师120名。"
)  # fmt: skip


def test_lines_behind_one_another_with_a_space_are_lines() -> None:
    (layout,) = analyse(SPACED)
    assert layout.title == "栖云县教育工作报告"
    assert [(s.heading, s.role) for s in layout.sections] == [
        ("2023年工作回顾", "review"),
        ("2024年工作安排", "tasks"),
        ("学前教育", "tasks"),
        ("教师队伍", "tasks"),
    ]
    opening = [SPACED[s.start : s.end] for s in layout.sentences if s.opens]
    assert "办学条件不断改善。" in opening
    assert "教师安心从教,家长满意度稳步提高。" not in opening


@pytest.mark.parametrize(
    "text",
    [
        FILL.replace("。", "。 ") * 10,  # each sentence set off: so they are printed
        "全县现有 Open AI 实验校 6 所," + "各校 认真落实课程方案,教学 秩序井然。" * 20,  # spaces inside sentences
        FILL * 10 + " " + FILL,
    ],
)
def test_other_spaces_are_no_line_ends(text: str) -> None:
    assert spaced(text) == []


def test_spaces_take_linear_time() -> None:
    assert is_linear(spaced, "一、工作回顾 2023年,办学条件改善。 " * 4_000)


def test_a_heading_glued_to_its_text_ends_before_it() -> None:
    text = (
        "栖云县教育工作报告一、2023年工作回顾2023年,新建幼儿园6所。" + FILL * 4
        + "二、2024年工作安排2024年是关键之年。" + FILL * 4 + "三、工作要求落实责任,按时完成。"
    )  # fmt: skip
    assert [(s.heading, s.role) for s in analyse(text)[0].sections] == [
        ("2023年工作回顾", "review"),
        ("2024年工作安排", "tasks"),
        ("工作要求落实责任,按时完成", "tasks"),
    ]


def test_chapters_and_boxes_inside_a_paragraph_are_headings() -> None:
    chapters = (
        "栖云学院“十四五”事业发展规划(2021—2025年)第一章发展基础“十三五”期间,学校稳步发展。" + FILL * 4
        + "第二章主要任务第一节专业建设。新建专业6个。第二节师资队伍。引进教师30名。" + FILL * 4
    )  # fmt: skip
    (layout,) = analyse(chapters)
    assert layout.title == "栖云学院“十四五”事业发展规划(2021—2025年)"
    assert [(s.number, s.heading) for s in layout.sections][:3] == [
        ("第一章", "发展基础"),
        ("第二章", "主要任务"),
        ("第一节", "专业建设"),
    ]
    boxed = (
        "2023年,全区教育稳步发展。【2023年工作盘点】※学位供给充足。"
        + FILL * 4
        + "【2024年工作打算】※新建学校2所。"
        + FILL * 4
    )
    assert [(s.heading, s.role) for s in analyse(boxed)[0].sections] == [
        ("2023年工作盘点", "review"),
        ("2024年工作打算", "tasks"),
    ]
