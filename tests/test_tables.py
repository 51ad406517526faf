"""Tables: which lines are one, what its columns and rows say, and what that gives the numbers in its cells."""

from __future__ import annotations

import pytest

import planie
from hand import frame, marked
from planie.assemble import Reading, assemble
from planie.heal import heal
from planie.plan import Model, Target
from planie.schema import Status
from planie.structure import analyse
from planie.structure.tables import Row, find, walls

INDICATORS = (
    "柳溪县“十四五”教育事业发展规划\n一、发展目标\n主要指标如下表。\n"
    "序号\t指标\t单位\t2020年\t2025年目标\t属性\n"
    "[VALUE:1]\t学前教育毛入园率\t%\t[VALUE:91.2]\t[VALUE:95]\t预期性\n"
    "[VALUE:2]\t高中阶段在校生\t[VALUE:万人]\t[VALUE:3.2]\t[VALUE:4.1以上]\t预期性\n"
)
PROJECTS = (
    "柳溪县“十四五”教育事业发展规划\n二、建设项目\n"
    "项目名称\t建设规模(平方米)\t总投资(万元)\t完成时限\n"
    "柳溪三小\t[VALUE:12000]\t[VALUE:3600]\t2023年9月底前\n"
    "城东中学\t[VALUE:2.5万平方米]\t[VALUE:5800]\t2024年\n"
)  # fmt: skip


def shown(text: str, rows: tuple[Row, ...]) -> list[list[str]]:
    return [[text[slice(*cell)] for cell in row] for row in rows]


def targets(page: str, status: Status = "planned", **roles: int) -> list[Target]:
    """Read a marked page; every VALUE of it has a frame."""
    plain, entities = marked(page)
    healed = heal(plain)
    assert healed.text == plain, "the page must need no healing"
    (layout,) = analyse(plain)
    frames = tuple(frame(i, status, **roles) for i, e in enumerate(entities) if e.label == "VALUE")
    return list(assemble(Reading(healed, layout, entities, frames, ()), model=Model("hand", "0")).targets)


def values(page: str) -> list[tuple[str, float | None, str]]:
    return [(t.value.text, t.value.low, t.value.unit) for t in targets(page)]


def dates(page: str) -> list[tuple[str, int | None, str] | None]:
    return [t.deadline and (t.deadline.text, t.deadline.year, t.deadline.source) for t in targets(page)]


# --- structure -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("between", "tables"),
    [
        ("1.学前教育\n", 1),
        ("  义务教育\n\n", 1),
        ("全县在校生三万人，教师两千人。\n", 2),
        ("各校落实\n各区检查\n", 2),
        ("职业教育\n指标\t2020年\t2025年\n", 2),
    ],
)
def test_the_name_of_a_group_ends_no_table(between: str, tables: int) -> None:
    text = "指标\t2020年\t2025年\n入园率(%)\t91\t95\n" + between + "巩固率(%)\t97\t99\n在校生\t3.2\t4.1\n"
    found = find(text)
    assert len(found) == tables
    assert not any("教育" in text[slice(*cell)] for table in found for row in table.rows for cell in row)


@pytest.mark.parametrize(
    "text",
    [
        "指标\t2020年\t2025年\n巩固率(%)\t97\t99\n在校生\t3.2\t4.1\n",
        "| 指标 | 2020年 | 2025年 |\n|---|---:|---|\n| 巩固率(%) | 97 | 99 |\n\n| 在校生 | 3.2 | 4.1 |",
        "指标        2020年   2025年\n巩固率(%)     97      99\n在校生        3.2     4.1",
    ],
)
def test_cells_are_parted_by_tabs_bars_or_spaces(text: str) -> None:
    (table,) = find("主要指标如下:\n" + text + "\n以上指标纳入考核。")
    text = "主要指标如下:\n" + text
    assert shown(text, table.head) == [["指标", "2020年", "2025年"]]
    assert shown(text, table.rows) == [["巩固率(%)", "97", "99"], ["在校生", "3.2", "4.1"]]


@pytest.mark.parametrize(
    ("text", "head", "rows"),
    [
        ("指标\t2025年目标\n巩固率\t99%", [["指标", "2025年目标"]], [["巩固率", "99%"]]),
        (  # cells that are merged with the one above, and remarks that stand empty
            "类别\t指标\t单位\t2025年\t备注\n普及\t巩固率\t%\t99\n毛入学率\t%\t95\n队伍\t专任教师\t人\t820\t含民办",
            [["类别", "指标", "单位", "2025年", "备注"]],
            [["普及", "巩固率", "%", "99", ""], ["", "毛入学率", "%", "95", ""], ["队伍", "专任教师", "人", "820", "含民办"]],
        ),
        (  # an empty corner
            "2020年\t2025年\n巩固率\t97\t99\n毛入学率\t93\t95",
            [["", "2020年", "2025年"]],
            [["巩固率", "97", "99"], ["毛入学率", "93", "95"]],
        ),
        (  # a second row that divides the years
            "指标\t2020年\t2025年\n数量\t占比\t数量\t占比\n公办园\t12\t30%\t20\t45%\n民办园\t28\t70%\t24\t55%",
            [["指标", "2020年", "2020年", "2025年", "2025年"], ["", "数量", "占比", "数量", "占比"]],
            [["公办园", "12", "30%", "20", "45%"], ["民办园", "28", "70%", "24", "55%"]],
        ),
        ("巩固率\t97\t99\n毛入学率\t93\t95", [], [["巩固率", "97", "99"], ["毛入学率", "93", "95"]]),
    ],
)  # fmt: skip
def test_rows_stand_under_their_headers(text: str, head: list[list[str]], rows: list[list[str]]) -> None:
    (table,) = find(text)
    assert (shown(text, table.head), shown(text, table.rows)) == (head, rows)


def test_another_header_begins_another_table() -> None:
    text = "项目\t2023年\t2024年\n幼儿园\t3\t5\n项目名称\t投资(万元)\t完成时限\n柳溪三小\t1200\t2025年"
    assert [shown(text, table.head)[0][2] for table in find(text)] == ["2024年", "完成时限"]


@pytest.mark.parametrize(
    "text",
    [
        "一、总体要求\t1\n二、主要目标\t3\n三、主要任务\t5",  # contents
        "\t2025年目标为95%。\n\t新建幼儿园12所。\n\t改扩建20所。",  # indents
        "到2025年  全县新建  12所\n到2026年  全县新建  20所\n到2027年  全县新建  30所",  # spaced prose
        "张三  局长  62345678\n李四  副局长  62345679\n王五  科长  62345680",  # names
        "柳溪县教育局    (印章)    2024年\n联系人:李四    电话:6234567    2024年3月5日",  # a signature
        "时间\t内容\t责任人\n9月\t开学典礼\t张三\n10月\t运动会\t李四",  # no figure
        "指标\t2020年\t2025年\n另行下达。",  # one row
        "巩固率\t97\t99\n\n\n毛入学率\t93\t95",  # far apart
        "项目\t" + "建设" * 600 + "\t2025年\n柳溪三小\t12\t20",  # a line of prose
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert find(text) == []


def test_cells_end_at_tabs_and_bars() -> None:
    text = "甲|乙\n甲\t乙\n|丙|丁"
    assert walls(text, 0, len(text)) == [5, 8, 10]
    assert walls(text, 9, len(text)) == [10]
    assert walls(text, 7, 9) == [8]  # its other bar stands behind


# --- assembly --------------------------------------------------------------------


def test_a_number_takes_the_rows_unit() -> None:
    assert values(INDICATORS) == [("91.2", 91.2, "%"), ("95", 95, "%"), ("3.2", 32000, "人"), ("4.1以上", 41000, "人")]


def test_a_number_takes_the_columns_unit_unless_it_has_its_own() -> None:
    assert values(PROJECTS) == [
        ("12000", 12000, "平方米"), ("3600", 36000000, "元"), ("2.5万平方米", 25000, "平方米"), ("5800", 58000000, "元"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "unit"),
    [
        ("指标\t2020年\t2025年\n毛入园率(%)\t91\t[VALUE:95]", "%"),  # the row's name
        ("单位:万人\n指标\t2020年\t2025年\n在校生\t3.2\t[VALUE:4.1]", "人"),  # above the table
        ("单位:万人\n指标\t2020年\t2025年\n毛入园率\t91\t[VALUE:95]", ""),  # a rate counts no one
        ("(单位:%)\n指标\t2020年\t2025年\n毛入园率\t91\t[VALUE:95]", "%"),
        ("指标\t2020年\t2025年(预期)\n教师(含临聘)\t91\t[VALUE:95]", ""),  # brackets that hold no unit
        ("学校名称\t单位\t2025年\n柳溪三小\t县教育局\t[VALUE:95]", ""),  # a body, no unit
        ("项目\t数量(所)\t占比\n幼儿园(所)\t3\t[VALUE:95]", ""),  # a share of them is no count
        ("填报单位:县教育局\n指标\t2020年\t2025年\n教师\t91\t[VALUE:95]", ""),
    ],
)
def test_where_a_unit_is_said(table: str, unit: str) -> None:
    ((_, _, found),) = values("柳溪县教育发展规划\n" + table)
    assert found == unit


def test_a_number_takes_the_columns_year() -> None:
    assert dates(INDICATORS) == [("2020年", 2020, "stated"), ("2025年", 2025, "stated")] * 2
    plain, _ = marked(INDICATORS)
    spans = [t.deadline.span for t in targets(INDICATORS) if t.deadline]
    assert [plain[slice(*span)] for span in spans if span] == ["2020年", "2025年"] * 2


def test_a_number_takes_the_rows_term() -> None:
    assert dates(PROJECTS) == [("2023年9月底前", 2023, "stated")] * 2 + [("2024年", 2024, "stated")] * 2
    due = targets(PROJECTS)[0].deadline
    assert due
    assert (due.month, due.kind) == (9, "by")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("年份\t毛入园率\t在校生\n2024年\t93%\t[VALUE:3900人]", ("2024年", 2024, "stated")),
        ("指标\t2020年\t2025\n毛入园率\t93%\t[VALUE:95%]", ("2025", 2025, "stated")),
        ("指标\t2020年\t“十四五”末目标\n毛入园率\t93%\t[VALUE:95%]", ("十四五”末", 2025, "stated")),
        ("指标\t现状\t较2020年增长\n毛入园率\t93%\t[VALUE:5%]", ("", 2023, "title")),  # only compared with
        ("项目\t投资\t完成时限\n柳溪三小\t[VALUE:5万元]\t长期", ("", 2023, "title")),
    ],
)
def test_where_a_year_is_said(table: str, said: tuple[str, int, str]) -> None:
    assert dates("柳溪县2023年教育工作计划\n" + table) == [said]


def test_a_time_of_its_own_stays() -> None:
    page = "柳溪县教育发展规划\n指标\t2020年\t2025年\n毛入园率\t91%\t[TIME:2024年][VALUE:95%]"
    (target,) = targets(page, when=0)
    assert target.deadline
    assert target.deadline.text == "2024年"


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("类别\t学校数\t在校生数\n[METRIC:小学]\t418\t[VALUE:214000]", "小学在校生数"),
        ("学校\t内容\t建筑面积(平方米)\n柳溪三小\t[METRIC:教学楼]\t[VALUE:800]", "教学楼建筑面积"),
        ("学校\t内容\t总投资(万元)\n柳溪三小\t教学楼\t[VALUE:46]", "总投资"),  # the tagger found no name
        ("类别\t学校数\t[METRIC:在校生数]\n小学\t418\t[VALUE:214000]", "在校生数"),
        ("类别\t学校\t数量\n[METRIC:小学]\t418\t[VALUE:214000]", "小学"),
        ("指标\t2020年\t目标数\n[METRIC:小学]\t418\t[VALUE:420]", "小学"),
        ("类别\t学校数\t在校生数\n[METRIC:小学]的\t418\t21\n全县有[METRIC:初中][VALUE:9所]", "初中"),
    ],
)
def test_a_name_takes_the_measure_that_heads_its_column(table: str, name: str) -> None:
    page = "柳溪县教育发展规划\n" + table
    metrics = [i for i, e in enumerate(marked(page)[1]) if e.label == "METRIC"]
    (target,) = targets(page, **({"metric": metrics[-1]} if metrics else {}))
    assert target.metric == name


def test_columns_may_be_parted_by_one_space() -> None:
    table = "专栏1 主要指标\n序号 指标 单位 2020年 2025年\n1 在校生 万人 3.2 [VALUE:4.1]\n2 毛入园率 % 91 [VALUE:95]\n"
    page = "柳溪县教育发展规划\n" + table
    assert values(page) == [("4.1", 41000, "人"), ("95", 95, "%")]
    assert dates(page) == [("2025年", 2025, "stated")] * 2


@pytest.mark.parametrize(
    "text",
    [
        "柳溪县 教育局 二○二五年\n柳溪县 3 所\n石桥镇 5 所",
        "指标 2020年 2025年\n毛入园率 91 95",  # one row
        "指标 2020年 2025年\n毛入园率 91 95\n其中 城区 92 96",
    ],
)
def test_words_between_spaces_are_no_table(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    "table",
    [
        "指标\t[VALUE:2020年]\t[VALUE:2025年]\n巩固率\t97\t99",  # headers
        "序号\t指标\t2025年\n[VALUE:1]\t巩固率\t99",
        "[VALUE:1]\t巩固率\t99\n[VALUE:2]\t毛入学率\t95",  # numbered rows without a header
        "指标\t单位\t2025年\n在校生\t[VALUE:万人]\t4.1",
    ],
)
def test_what_is_no_target(table: str) -> None:
    assert targets("柳溪县教育发展规划\n" + table) == []


def test_nothing_changes_outside_tables() -> None:
    page = "柳溪县2023年教育工作计划\n单位:万人\n全年培训[VALUE:95],到2025年\t毛入园率(%)达到[VALUE:99]。\n"
    assert values(page) == [("95", 95, ""), ("99", 99, "")]
    assert dates(page) == [("", 2023, "title")] * 2


# --- with the bundled model ----------------------------------------------------------


def test_a_page_with_tables() -> None:
    plain = "".join(marked(INDICATORS + PROJECTS.partition("\n")[2])[0])
    plan = planie.extract(plain)
    assert not [e.text for e in plan.entities if "\t" in e.text]
    rows = [t for t in plan.targets if "\t" in t.evidence]
    assert rows
    for target in rows:
        assert target.value.unit in ("%", "人", "平方米", "元")
        assert target.deadline
        assert target.deadline.source == "stated"
        assert target.deadline.span
        assert plain[slice(*target.deadline.span)] == target.deadline.text
        assert target.value.text not in ("1", "2", "万人")
