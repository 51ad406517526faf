"""Lines broken at one width are joined, footnotes and words put in are left out; lists, tables and verses stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace import is_linear
from planie.heal import heal, replay
from planie.heal.inlined import join_stretches
from planie.heal.lone import join_figures
from planie.heal.notes import drop_footnotes, drop_put_in
from planie.heal.wraps import join_clauses, join_lines

PROSE = (
    "青禾县教育局坚持立德树人,全面落实各项教育政策,不断改善办学条件,努力提高教育教学质量,着力加强教师队伍建设,"
    "认真做好学校安全管理工作,积极推进义务教育优质均衡发展,教育事业取得明显成效,人民群众的满意程度进一步提高,"
    "扎实开展教研活动,不断深化课程改革,积极组织教师参加各级各类培训,关心爱护每一名留守儿童,大力发展职业教育,"
    "县财政全年投入教育经费共计八百余万元。"
) * 3


def _wrapped(text: str, width: int = 27) -> list[str]:
    """Break the text as printers do: no line begins with a mark."""
    lines = [text[i : i + width] for i in range(0, len(text), width)]
    for i, line in enumerate(lines[1:]):
        if line[0] in ",。":
            lines[i], lines[i + 1] = lines[i] + line[0], line[1:]
    return [line for line in lines if line]


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", "\u2003\r\n", "\n\n", "\n \n\n"])
@pytest.mark.parametrize("width", [25, 27, 31])
def test_a_paragraph_broken_at_one_width_is_one_line(end: str, width: int) -> None:
    lines = _wrapped(PROSE, width)
    raw = "工作总结" + end + end.join(lines) + end + "一、经费保障" + end
    healed = heal(raw)
    joined = "".join(lines)
    assert joined in healed.text
    kept = [line.strip() for line in healed.text.splitlines() if line.strip()]
    assert (kept[0], kept[-1]) == ("工作总结", "一、经费保障")
    assert {repair.kind for repair in healed.repairs} == {"wrapped"}
    assert replay(raw, healed.repairs) == healed.text


def test_short_paragraphs_of_such_a_page_are_joined_too() -> None:
    short = "(二)校舍建设顺利推进。我县全年加固维修校舍达12.23 万\n平方米,规划新建校舍两处。"
    raw = "\n".join([*_wrapped(PROSE), short])
    assert "12.23万平方米,规划" in heal(raw).text.replace(" ", "")


SHORT_PAGE = (
    "青禾县2024年工作报告\n——2024年1月16日在县第十八届人民代表大会第三次会议上\n过去一年,我们统筹发展和安全,地区生产总值达到一百八十六亿元,\n"
    "增长百分之六;一般公共预算收入九亿元,增长较快;城乡居民人均可支\n配收入继续提高,群众的日子越过越好。\n"
    "民生福祉持续增进。全年民生支出三十亿元,占一般公共预算支出的\n八成以上。新建中小学七所、幼儿园五所,新增学位四千余个,办学条件\n"
    "明显改善。城镇新增就业三千人,农村劳动力转移就业六万人,就业保\n持稳定,各项社会事业全面进步,文化、卫生、体育工作都有新的起色,\n"
    "今年发展的主要预期目标是,地区生产总值增长百分之六,一般公共预\n算收入增长百分之七。\n"
)


def test_a_short_page_is_joined_where_nearly_all_its_lines_are_of_one_width() -> None:
    lines = heal(SHORT_PAGE).text.splitlines()
    assert lines[1].endswith("会议上"), "when and where a speech was held is a line"
    assert [line[:6] for line in lines[2:]] == ["过去一年,我", "民生福祉持续"]
    wider = SHORT_PAGE + "全县教育系统认真落实各项政策,不断改善办学条件,努力提高教学质量,群众满意程度进一步提高。\n"
    assert list(join_lines(wider)) == [], "a wider line was not broken"


@pytest.mark.parametrize("gap", [" ", "  "])
def test_printed_lines_in_one_line_are_joined(gap: str) -> None:
    lines = _wrapped(PROSE)
    raw = "工作总结 同志们: " + gap.join(lines) + "\n"
    healed = heal(raw)
    assert "".join(lines) in healed.text
    assert healed.text.startswith("工作总结 同志们: 青禾县"), "what is shorter keeps its space"
    assert {repair.kind for repair in healed.repairs} == {"wrapped"}
    assert replay(raw, healed.repairs) == healed.text


@pytest.mark.parametrize(
    "stretches",
    [
        _wrapped(PROSE)[:5],  # too few
        [line + "。" for line in _wrapped(PROSE)],  # closed sentences
        [line[: 20 + 7 * (i % 3)] for i, line in enumerate(_wrapped(PROSE, 40))],  # of several widths
        ["小学" * 13] * 9,  # no word is parted
        ["公办园" * 5] * 9,  # short
        ["\u3000" + line for line in _wrapped(PROSE)],  # paragraphs set in
    ],
)
def test_stretches_that_are_no_printed_lines_stay(stretches: list[str]) -> None:
    assert list(join_stretches(" ".join(stretches) + "\n")) == []


@pytest.mark.parametrize("start", ["二、", "(二)", "2.", "第二条", "②", "●", "\u3000\u3000", "一是", "| "])
def test_a_new_paragraph_keeps_its_line(start: str) -> None:
    below = f"{start}加强领导,落实责任。"
    raw = "\n".join([*_wrapped(PROSE)[:5], below, *_wrapped(PROSE)])
    assert "\n" + below.replace("\u3000", "") in heal(raw).text.replace("\u3000", "")


MASKED = """青禾县辖xx镇xxx个行政村,人口xx万。全县共有公办、
民办幼儿园xx所,其中附设园(点)xx所,在园幼儿xxxx
人,普惠率xx.x%。
二、办学条件
小学xx所(其中村小xx所、教学点x所),九年一贯制学
校x所,中等职业学校x所。全县在校学生xxxxx人(小学
xxxx人、初中xxxx人)。
三、经费保障
本年度生均公用经费普通小学为xxx元,初级中学为xxx
元,均比上年有所提高,增长x.xx%。本年教育附加收入共
计xxx万元。"""


def test_short_paragraphs_with_blanked_numbers_are_joined() -> None:
    said = heal(MASKED).text
    for joined in ("公办、民办", "xxxx人,普惠率", "一贯制学校x所", "小学xxxx人", "xxx元,均比", "共计xxx万元"):
        assert joined in said
    assert said.count("\n") == 4, "the headings and the ends of paragraphs keep their lines"


DUTIES = [
    "认真落实教育局的各项工作部署,按时上报各类材料", "组织骨干教师开展送教下乡活动,帮扶两所薄弱学校",
    "做好留守儿童(含困境儿童)登记,建立一人一档",
    "完善校园安全各项制度,每月开展一次应急疏散演练", "抓好食堂食品安全管理,落实校长陪餐等有关制度",
    "推进书香校园建设工作,举办读书节和经典诵读比赛", "关心教师身心健康状况,丰富教职工业余文化生活",
]  # fmt: skip


HEADLINES = [
    "青禾县教育局召开全县中小学校长暑期工作会议专题部署安全", "我县举行庆祝教师节暨优秀教师表彰大会县四大班子领导出席",
    "全县义务教育学校标准化建设现场推进会在临溪镇中心校举行", "县第一中学组织开展新学期开学第一课主题教育系列实践活动",
    "市教育督导组来我县检查指导春季开学工作并提出了明确要求", "青禾县实验小学举办首届校园科技文化艺术节暨家长开放日等",
    "县幼儿园教师技能大赛圆满落幕六十名选手分获一二三等奖项", "县教育局党组理论学习中心组召开专题学习会议传达上级精神",
]  # fmt: skip


CLAUSES = "小学巩固率达到98%,\n辍学率控制在1%以内。\n学校占地96亩,\n\n建筑面积4900平方米、\n 操场8000平方米。"


def test_no_paragraph_ends_in_a_comma() -> None:
    joined = "小学巩固率达到98%,辍学率控制在1%以内。\n学校占地96亩,建筑面积4900平方米、操场8000平方米。\n二、任务"
    assert heal(CLAUSES + "\n二、任务").text == joined
    assert heal(CLAUSES[: CLAUSES.index("\n学")]).text.count("\n") == 1, "one such line is no habit"


@pytest.mark.parametrize(
    "raw",
    [
        "落实三项制度,\n一是新建幼儿园6所。",
        "落实三项制度，\n(二)新建幼儿园6所。",
        "小学,12所,\n初中,6所,",  # rows of a table
        "新建幼儿园6所，\n\n\n\n招聘教师20名。",  # far below
    ],
)
def test_other_lines_that_end_in_a_comma_stay(raw: str) -> None:
    found = [CLAUSES[patch.start : patch.end] for patch in join_clauses(f"{CLAUSES}\n\n{raw}")]
    assert len(found) == 3


def test_a_title_of_the_width_of_the_page_is_joined_to_nothing() -> None:
    title = "青禾县关于开展义务教育优质均衡发展督导评估情况的通报"
    lines = [title, "各中心学校,县直各学校:", *_wrapped(PROSE)]
    assert heal("\n".join(lines)).text.split("\n") == [*lines[:2], PROSE]


@pytest.mark.parametrize("number", ["- 2 -", "— 2 —", "第2页", "第 2 页 共 9 页", "2/9"])
@pytest.mark.parametrize("around", ["\n", "\n\n"])
def test_the_number_of_a_page_parts_no_sentence(number: str, around: str) -> None:
    lines = _wrapped(PROSE)
    raw = "\n".join(lines[:7]) + around + number + around + "\n".join(lines[7:])
    assert heal(raw).text == "".join(lines)


def test_the_number_of_a_page_between_paragraphs_stays() -> None:
    raw = "\n".join(_wrapped(PROSE)) + "\n- 2 -\n" + "\n".join(_wrapped(PROSE))
    assert "。\n- 2 -\n青" in heal(raw).text


def test_a_blank_line_ends_a_paragraph_where_others_have_none() -> None:
    lines = [line.rstrip(",") for line in _wrapped(PROSE)]
    raw = "\n".join(line if n % 6 else f"\n{line}" for n, line in enumerate(lines)).strip()
    assert heal(raw).text.count("\n\n") == raw.count("\n\n") > 1


@pytest.mark.parametrize(
    "raw",
    [
        "\n".join(HEADLINES),  # no marks in their midst
        "\n".join(f"{line[:12]},{line[12:-1]}。" for line in HEADLINES),  # each ends
        "\n".join(f"{n}.{line}" for n, line in enumerate(HEADLINES, 1)),
        "\n".join(f"{line[:10]}\t{line[10:]}" for line in HEADLINES),
        "\n".join(_wrapped(PROSE)[:5]),  # too few
        "\n".join(DUTIES * 3),  # no word is torn
        "\n".join([*DUTIES * 4, *_wrapped(PROSE)[:4]]),  # a short stretch among many
        "\n\n".join(HEADLINES),
        "\n".join(PROSE[:40].replace(",", "") + "。" for _ in range(8)),
        "\n".join(["春眠不觉晓,处处闻啼鸟"] * 8),
    ],
)
def test_other_lines_stay(raw: str) -> None:
    assert list(join_lines(raw)) == []


def test_figures_that_the_line_end_parts_stay_apart() -> None:
    raw = "\n".join([*_wrapped(PROSE), "全县共有教师培训学校以及各类办学机构共计35", "47名教师获奖。"])
    assert "35\n47" in heal(raw).text


@pytest.mark.parametrize(
    "raw",
    [
        "全区现有小学[1]23所。",
        "小学[7]23所,初中[8]12所",  # a table's, or a cut page's
        "小学[3]、初中[2]、高中[1]",
        "校长[1]人、教师[2]人、职工[3]人",
        "政办函[1]号、教发[2]号",
        "《管理办法》[2020]5号、《实施意见》[2021]6号",
        "[1]张某.课程论\n[2]李某.教学论",
        "小学[1]、小学[9]、小学[20]、小学[40]",
    ],
)
def test_other_brackets_stay(raw: str) -> None:
    assert list(drop_footnotes(raw)) == []


@pytest.mark.parametrize(
    "raw",
    [
        "截至蓝鲸比分:10月,投入到蓝鲸比分:2亿元。",  # twice
        "建设学校责任单位:教育局。培训教师责任单位:人社局。保障安全责任单位:公安局。",
        "蓝鲸比分:3\n蓝鲸比分:4\n蓝鲸比分:5",
        "本场蓝鲸比分:3。本场蓝鲸比分:4。本场蓝鲸比分:5。",  # behind one word: a label
    ],
)
def test_other_words_before_a_colon_stay(raw: str) -> None:
    assert list(drop_put_in(raw)) == []


def test_words_put_in_are_warned_about() -> None:
    healed = heal("截至蓝鲸比分:10月,投入2亿元。据了解,到蓝鲸比分:明年,还将在蓝鲸比分:城区建校。")
    assert healed.text == "截至10月,投入2亿元。据了解,到明年,还将在城区建校。"
    assert len(healed.warnings) == 3


@pytest.mark.parametrize(
    "raw",
    [
        "教[" * 40_000,
        "教育[1]" * 20_000,
        "教" * 100_000 + ":",
        "比分:" * 30_000,
        "\n" * 100_000,
        " " * 100_000,
        "建学校\n12\n所," * 9000,
    ],
)
def test_time_is_linear(raw: str) -> None:
    for fixer in (drop_footnotes, drop_put_in, join_figures, join_lines, join_stretches):
        assert is_linear(lambda text, fixer=fixer: list(fixer(text)), raw), fixer.__name__


@given(
    st.lists(
        st.sampled_from(
            [*_wrapped(PROSE), "建学校\n12\n所,", "?/p>", "[1]", "[2]", "蓝鲸比分:", "\r\n", "\n", "教", ","]
        ),
        max_size=40,
    )
)
def test_any_text_can_be_replayed(scraps: list[str]) -> None:
    raw = "".join(scraps)
    healed = heal(raw)
    assert replay(raw, healed.repairs) == healed.text
