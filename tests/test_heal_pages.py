"""What a page's habits prove: numbered preview pages joined, spaces around figures taken out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace import is_linear
from planie.heal import heal, replay
from planie.heal.figures import close_up_figures
from planie.heal.pages import drop_marks, join_pages

FILL = "全镇各校抓好常规管理,课堂教学有序推进。教师队伍总体稳定,家长反映良好。校园安全常抓不懈,未发生责任事故。"


def _page(number: int, begin: str, end: str) -> str:
    return f"{number}、{begin}{FILL * 7}{end}"


# --- pages of a preview ------------------------------------------------------


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", " \n \n"])
def test_a_number_cut_by_a_page_is_whole_again(between: str) -> None:
    raw = between.join(
        [_page(1, "青禾镇中心校工作总结", "全年发放助学金4"), _page(2, "18.6万元。", "改建操场3"), "3、处,新增图书。"]
    )
    healed = heal(raw)
    assert "全年发放助学金418.6万元。" in healed.text
    assert "改建操场3处,新增图书。" in healed.text
    assert healed.text.startswith("青禾镇")
    assert {repair.kind for repair in healed.repairs} == {"page"}
    assert replay(raw, healed.repairs) == healed.text


def test_a_page_that_ends_with_a_sentence_keeps_its_line() -> None:
    raw = "\n".join(
        [_page(1, "", "全年家访4"), _page(2, "00次。", "教研活动正常开展。"), _page(3, "后勤保障有力。", "")]
    )
    assert "开展。\n后勤保障有力。" in heal(raw).text


def test_where_the_page_says_that_it_is_shared_one_open_end_is_enough() -> None:
    shared = "《青禾镇中心校工作总结.docx》由会员分享,可在线阅读,更多相关请在线搜索。\n\n"
    raw = "\n\n".join([_page(1, "青禾镇中心校 ", "全校现在占"), _page(2, "地 19 亩。", "")])
    assert list(join_pages(raw)) == []
    assert "全校现在占地 19 亩。" in heal(shared + raw).text.replace("地19亩", "地 19 亩")
    assert list(join_pages(shared + raw.replace("在占", "在占。"))) == [], "a plan's own numbering"
    assert list(join_pages(shared + raw.replace("1、", "2、", 1).replace("\n2、", "\n3、"))) == []


@pytest.mark.parametrize(
    "raw",
    [
        "\n".join(f"{n}、{FILL * 7}" for n in (1, 2, 3)),  # paragraphs of a plan end with a mark
        "1、加强师德建设\n2、开展校本培训\n3、改善办学条件",  # headings are short
        "\n".join([_page(1, "", "全年家访4"), _page(3, "00次。", ""), _page(5, "", "")]),  # numbers that do not run on
        "\n".join([_page(1, "", "全年家访4"), FILL, _page(2, "00次。", "")]),  # another line between
        _page(1, "", "全年家访4"),
        _page(1, "", "落实各项责任") + "\n2、加强师资培训,提高教师素质。\n3、改善条件。",  # a full stop was forgotten
    ],
)
def test_numbered_paragraphs_stay(raw: str) -> None:
    assert list(join_pages(raw)) == []


def test_a_page_that_begins_with_a_comma_goes_on_with_the_one_before() -> None:
    raw = "\n\n".join([_page(1, "第PAGE3页共NUMPAGES3页青禾镇", "园舍建设投入不足"), _page(2, ",设备陈旧。", "")])
    said = heal(raw).text
    assert "投入不足,设备陈旧" in said
    assert said.startswith("青禾镇全镇")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            "工作计划\n1/122024年工作计划 一、目标:及2/12格率达96%,全年3/12家访",
            "工作计划\n2024年工作计划 一、目标:及格率达96%,全年家访",
        ),
        ("1/222024年学校工作计划", "2024年学校工作计划"),
        ("1/9青禾镇工作总结,全2/9镇平安", "青禾镇工作总结,全镇平安"),
        ("1/9青禾镇工作总结,4/9镇平2/9安", "青禾镇工作总结,4/9镇平安"),
    ],
)
def test_marks_that_count_on_are_taken_out(raw: str, text: str) -> None:
    healed = heal(raw)
    assert healed.text == text
    assert {repair.kind for repair in healed.repairs} == {"page"}


@pytest.mark.parametrize(
    "raw",
    [
        "1/3教师参加培训,2/3教师参加教研",
        "1/5的教师参加培训,2/5的教师参加教研",
        "1/4决赛今晚进行,2/4",
        "1/12青禾镇",
        "1/2024年计划",
        "全镇1/8学校达标,2/8学校待建",
        "1/8青禾镇,2/8/2024开学,12/8",
    ],
)
def test_fractions_and_days_stay(raw: str) -> None:
    assert list(drop_marks(raw)) == []


# --- spaces around figures ---------------------------------------------------


def test_figures_close_up_where_the_page_is_full_of_spaces() -> None:
    raw = (
        "二、2024 年目标\n全年组织教师参加 2 - 3 次培训,培养 3—5 名骨干,约 40 人受益,合格率达 95 % 以上,培训 60 余人。"
    )
    said = "二、2024年目标\n全年组织教师参加2-3次培训,培养3—5名骨干,约40人受益,合格率达95%以上,培训60余人。"
    healed = heal(raw)
    assert healed.text == said
    assert replay(raw, healed.repairs) == said


@pytest.mark.parametrize(
    "raw",
    [
        "全年家访 400次,教研活动40次,听课12节,考核2次,培训3场。",  # one slip is no habit
        "1 加强领导\n2 改善条件\n3 培训教师\n4 关心学生",  # the numbers of lines
        "指标 2023年 2025年\n幼儿园 12所 15所\n小学 9所 9所\n初中 4所 5所",  # columns
        "全年家访400次,教研活动40次。",
    ],
)
def test_other_spaces_stay(raw: str) -> None:
    assert list(close_up_figures(raw)) == []


@pytest.mark.parametrize("listed", ["120, 350, 400", "120 ,350", "120 , 350"])
def test_figures_of_a_list_stay_apart(listed: str) -> None:
    healed = heal(f"全校有教师 120 名,学生 1500 人,班级 30 个,投入 200 万元,三个年级各有 {listed} 人。")
    assert not re.search(r"\d,\d", healed.text)


def test_long_runs_of_spaces_take_linear_time() -> None:
    spaced = "教" + " " * 30_000 + "育"  # ten seconds a 12,000 when it was quadratic
    assert list(join_pages(spaced)) == []
    assert is_linear(lambda text: list(join_pages(text)), spaced)


@given(st.text(alphabet="全县约有 12,.%名—-、\n1、。/", max_size=80))
def test_any_text_can_be_replayed(raw: str) -> None:
    healed = heal(raw)
    assert replay(raw, healed.repairs) == healed.text
