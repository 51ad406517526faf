"""Windows: what the encoder reads at once, and that nothing falls between two of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand import layout, section
from planie.spans import Layout
from planie.structure import analyse
from planie.windows import (
    CLS,
    CORE,
    LEFT,
    PAD,
    PREFIX,
    RIGHT,
    SEP,
    TOKENS,
    UNK,
    Vocabulary,
    Window,
    make,
    paragraphs,
    prefix_of,
    untitled,
)

LONG = "全面推进学校标准化建设，新建校舍12万平方米，" * 30


def cores(text: str, plan: Layout) -> list[Window]:
    return [w for block in make(text, plan) for w in block.windows]


def check(text: str, plan: Layout) -> None:
    """What every cutting promises."""
    blocks = make(text, plan)
    found = [w for block in blocks for w in block.windows]
    covered = [i for w in found for i in range(*w.core)]
    assert len(covered) == len(set(covered))
    assert covered == sorted(covered)
    read = {i for s in plan.sentences for i in range(s.start, s.end)}
    assert read <= set(covered)
    assert not "".join(text[i] for i in covered if i not in read).strip()  # and nothing that is not to be read
    for block in blocks:
        assert block.windows[0].core[0] == block.paragraphs[0].start
        assert block.windows[-1].core[1] == block.paragraphs[-1].end
        (above,) = {p.prefix for p in block.paragraphs}
        for w in block.windows:
            assert w.prefix.split("|")[0] == above.split("|")[0]
            assert len(w.prefix) <= PREFIX
    for w in found:
        assert 0 <= w.start <= w.core[0] <= w.core[1] <= w.end <= len(text)
        assert w.core[0] - w.start <= LEFT
        assert w.end - w.core[1] <= RIGHT
        assert w.core[1] - w.core[0] <= CORE
        assert w.offset + w.end - w.start + 1 <= TOKENS


@given(
    st.lists(
        st.sampled_from(["教", "学前三年毛入园率", "12所", "，", "。", "；", "\n", "\n\n\n", " " * 9]), max_size=120
    )
)
def test_every_character_that_is_read_is_in_one_core(parts: list[str]) -> None:
    text = "".join(parts)
    check(text, layout(text))


@given(
    st.lists(
        st.sampled_from(
            ["临江县2024年工作要点", "一、总体目标", LONG[:95], LONG, "责任编辑：李某", "来源：某网", "90%。"]
        )
    )
)
def test_so_it_is_with_real_layouts(lines: list[str]) -> None:
    text = "\n".join(lines)
    for plan in analyse(text):
        check(text, plan)


def test_a_long_line_is_cut_at_clause_ends() -> None:
    found = cores(LONG, layout(LONG))
    assert len(found) > 5
    assert all(LONG[w.core[1] - 1] == "，" for w in found)
    assert all(w.core[1] - w.core[0] > CORE - 20 for w in found[:-1])  # at the last one in reach
    assert all(w.core[0] - w.start == LEFT for w in found[1:])


def test_a_line_without_any_mark_is_cut_all_the_same() -> None:
    text = "教" * (2 * CORE + 5)
    assert [w.core for w in cores(text, layout(text))] == [(0, 80), (80, 160), (160, 165)]


def test_a_full_stop_is_a_better_cut_than_a_comma() -> None:
    text = "一" * 40 + "。" + "二" * 30 + "，" + "三" * 40
    assert cores(text, layout(text))[0].core == (0, 41)


def test_short_lines_share_a_window_and_long_ones_do_not() -> None:
    text = "新建幼儿园12所。\n培训教师300名。\n" + "教" * 70
    first, second = make(text, layout(text))
    assert [text[p.start : p.end] for p in first.paragraphs] == ["新建幼儿园12所。", "培训教师300名。"]
    assert [w.core for w in first.windows] == [(0, 19)]
    assert len(second.paragraphs) == 1
    assert second.windows[0].start == first.paragraphs[1].start  # it still sees the line above


def test_what_is_set_aside_between_two_lines_is_in_no_core() -> None:
    text = "新建幼儿园12所。\n责任编辑：某某\n培训教师300名。"
    plan = layout(text)
    plan = replace(plan, sentences=(plan.sentences[0], plan.sentences[2]))
    check(text, plan)
    assert len(make(text, plan)) == 2


def test_a_line_is_one_paragraph_however_many_sentences() -> None:
    text = "新建幼儿园12所。培训教师300名；\n覆盖率达到90%"
    assert [text[p.start : p.end] for p in paragraphs(layout(text))] == [
        "新建幼儿园12所。培训教师300名；",
        "覆盖率达到90%",
    ]


def test_the_prefix_holds_role_title_and_outermost_heading() -> None:
    parts = (section("一、2023年主要工作回顾", role="review"), section("（一）学前教育", role="review", parent=0))
    plan = layout("", title="临江县教育局2024年工作计划", sections=parts)
    assert prefix_of(plan, 1) == "回顾|4年工作计划|23年主要工作回顾"
    assert prefix_of(replace(plan, kind="other"), None) == "其他|4年工作计划|"
    assert len(prefix_of(plan, 1)) <= PREFIX


def test_a_number_in_a_circle_is_no_figure() -> None:
    vocabulary = Vocabulary([PAD, UNK, CLS, SEP, "、", "3"])
    assert vocabulary.id("③") == vocabulary.id("❸") == vocabulary.id("、") != vocabulary.id("３") == vocabulary.id("3")


def test_bars_in_the_text_part_no_prefix() -> None:
    text = "|学校名称|学位|新建幼儿园12所,培训教师300名,覆盖率达到90%。" * 8
    plan = layout(text, title="工作计划|县政府", sections=(section("任务|目标"),), section_of={0: 0})
    prefixes = [window.prefix for block in make(text, plan) for window in block.windows]
    assert prefixes[:2] == ["任务|作计划县政府|任务目标", "任务|划县政府|任务目标|学校名称学位"]


def test_another_section_is_another_block() -> None:
    text = "新建幼儿园12所。\n培训教师300名。"
    parts = (section("回顾", role="review"), section("任务", role="tasks"))
    first, second = make(text, layout(text, sections=parts, section_of={0: 0, 1: 1}))
    assert first.windows[0].prefix.startswith("回顾")
    assert second.windows[0].prefix.startswith("任务")


NEXT = "下一步，要做好三件事：一是新建幼儿园12所，" + "改扩建食堂9个，" * 9 + "；二是" + "招聘教师80名，" * 12


def test_a_window_is_told_the_words_that_it_goes_on_with() -> None:
    first, second, *_ = cores(NEXT, layout(NEXT, title="临江县2024年工作总结"))
    assert first.prefix == "其他|4年工作总结|"
    assert second.prefix == "其他|工作总结||下一步，要做好三"


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("2023年，新建学校4所。全面消除大班额。", "2023年，新建"),  # the latest sentence that says when
        ("2023年，新建学校4所。会议强调，2024年要抓好三项工作。", "会议强调，202"),
        ("按照县委部署，到2025年底要建成学校9所。", "2025年底要建"),  # or from where it says so
        ("（二）学位供给扩大。新建学校4所。", "学位供给扩大。新"),  # none does: the first, behind its number
    ],
)
def test_the_opener_is_that_of_the_latest_sentence_that_says_when(before: str, wanted: str) -> None:
    text = before + "改扩建食堂9个，" * 16
    *_, last = cores(text, layout(text))
    assert last.prefix.split("|")[3][: len(wanted)] == wanted


def test_items_stand_under_the_line_that_announces_them() -> None:
    item = "新建公办幼儿园12所，改扩建乡镇中心小学食堂9个，配备校医和心理健康教育教师，实现课后服务全覆盖；" * 2
    text = f"2025年计划办好以下实事：\n1.{item}\n2.{item}\n以上各项请抓紧办理。{item}"
    openers = [w.prefix.split("|")[3:] for w in cores(text, layout(text)) if text[w.core[0]] in "12以"]
    assert openers == [[], ["2025年计划办"], ["2025年计划办"], []]


def test_an_untitled_prefix_keeps_what_the_sentence_said() -> None:
    assert untitled("任务|工作要点|、重点任务|下一步，要做好三") == (
        "其他|||下一步，要做好三",
        "其他|工作要点|、重点任务|下一步，要做好三",
    )
    assert untitled("任务|4年工作要点|二、重点任务") == ("其他||", "其他|4年工作要点|二、重点任务")


def test_nothing_gives_no_window() -> None:
    assert make("", layout("")) == []


VOCABULARY = Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "5", "教"])


@pytest.mark.parametrize(("character", "wanted"), [("教", 6), ("A", 4), ("ａ", 4), ("５", 5), ("龘", 1), ("\ud800", 1)])
def test_characters_that_are_not_there_are_folded(character: str, wanted: int) -> None:
    assert VOCABULARY.id(character) == VOCABULARY.id(character) == wanted


def test_a_window_is_encoded_a_token_a_character() -> None:
    window = Window("教", 1, 4, (1, 3))
    assert VOCABULARY.encode(window, "a教a5教") == [2, 6, 3, 6, 4, 5, 3]
    assert VOCABULARY.encode(window, "a教a5教")[window.offset] == 6
