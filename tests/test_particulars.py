"""What an office or its site prints around a plan is set aside; what only resembles it is read."""

from __future__ import annotations

import pytest

from planie.spans import Layout
from planie.structure import analyse

BODY = "栖云县教育局工作计划\n一、目标\n新建学校9所。\n二、任务\n办好学校。"


def aside(text: str) -> dict[str, str]:
    """Line → kind."""
    found = [(part.kind, text[part.start : part.end]) for layout in analyse(text) for part in layout.set_aside]
    return {line: kind for kind, said in found for line in said.split("\n") if line.strip()}


def first(text: str) -> Layout:
    return analyse(text)[0]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("公开目录 | 建议办理 | 发布日期 | 2024-05-29 14:57:37 |", "byline"),
        ("文号:  浏览量:", "byline"),
        ("有 效 性: 有效 发布机构: 栖云县教育局", "byline"),
        ("标 题: 栖云县教育局工作计划 文 号: 栖教〔2024〕3号", "byline"),
        ("发布日期 2024-03-05", "byline"),
        ("生效日期: 废止日期:", "byline"),
        ("栖教〔2024〕6号    签发人:云山", "byline"),
        ("微信 智能问答 繁体版", "navigation"),
        ("·中央门户网 ·栖云省门户网 ·栖云县门户网", "navigation"),
    ],
)
def test_above_the_body(line: str, kind: str) -> None:
    assert aside(f"{line}\n{BODY}")[line] == kind
    assert line not in aside(BODY.replace("办好", f"{line}\n办好")), "below it begins, the plan may say this"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("|---|:---:|", "markup"),
        ("| ------ | ------ |", "markup"),
        ('#include file="/shtml/a.html"-->', "markup"),
        ("添加时间:2020-12-1      浏览次数:", "byline"),
        ("2017-01-20 来源:栖云教育", "byline"),
        ("栖云教育 2024-08-30 18:05 发表于栖云", "byline"),
        ("原创 云小教 栖云教育 2024年8月30日 18:05", "byline"),
        ("来源 | 栖云县教育局", "byline"),
        ("编辑丨云某某", "byline"),
        ("2024年1月25日 (点击: ) | |||", "byline"),
        ("[责任编辑:云山]", "byline"),
        ("责编 云小山", "byline"),
        ("抄送:县政府办公室(2份)、县人大常委会。", "byline"),
        ("栖云县教育局办公室 2024年3月5日印发 (共印30份)", "byline"),
        ("人工智能朗读:", "navigation"),
        ("[下载] [打印] [关闭]", "navigation"),
        ("主站蜘蛛池模板: 甲县| 乙县| 丙县" + "| 丁县" * 200, "spam"),
        ("如您不希望作品出现在本站,可联系我们。", "advertisement"),
        ("欢迎关注栖云日报APP", "advertisement"),
        ("关键词: 教育规划 新增学位5万个 毛入学率", "byline"),
    ],
)
def test_wherever_it_stands(line: str, kind: str) -> None:
    assert aside(f"{BODY}\n{line}") == {line: kind}


def test_keywords_of_an_office_stand_above_its_copies() -> None:
    printed = "主题词:教育 计划 通知\n抄送:县政府办公室。\n栖云县教育局办公室 2024年3月5日印发"
    assert aside(f"{BODY}\n{printed}") == dict.fromkeys(printed.split("\n"), "byline")


def test_a_list_of_contents_may_be_said_again_on_two_lines() -> None:
    text = (
        "栖云县第九中学决算\n目录\n第一部分第九中学概况\n一、职责\n二、机构\n第一部分\n第九中学概况\n一、职责\n教学。"
    )
    assert list(aside(text).values()) == ["contents"] * 4


@pytest.mark.parametrize(
    "line",
    [
        "抄报:每班每月办一期。", "抄送:2份文件,新增学位500个", "关键词:安全", "标签:分类管理", "主题词:文明 礼仪 安全",
        "名称 | 文号 | 执行情况", "文件名称 | 发布日期", "添加时间:2024年3月5日至8日", "更新日期 2024年3月5日前",
        "2024年4月23日 阅读:全校师生共读一本书", "2024年4月23日 浏览:120人参加", "责编人员三名", "编辑 校报12期",
        "下载、打印、关闭设备", "[关闭] 违规校外培训机构12家", "校园网 教育网 平台建设", "·建设校园网 ·建设平台 ·办好平台",
        "| - | 9所 |", "|--|9所|", "--- 9所 |", "|—| 5% |—|", "县教育局办公室2024年3月5日印发通知",
        "《通知》由县教育局2024年3月5日印发", "共印300份", "共印30份安全手册", "智能朗读", "签发人:云山",
        "来源 | 作者 | 数量", "家长会 时间 2024-08-30 18:05", "编辑 | 3人", "标题 名称 数量", "有效性 | 95%", "公开方式 | 阳光招生", "公开范围 全县学校",
        "开通栖云教育公众号,欢迎关注学生的成长",
    ],
)  # fmt: skip
def test_the_plan_is_read(line: str) -> None:
    heads = (
        f"栖云县教育局工作计划\n{line}\n一、目标\n新建学校9所。",
        f"{BODY}\n{line}",
        BODY.replace("办好", f"{line}\n办好"),
    )
    assert [aside(text) for text in heads] == [{}, {}, {}]


def test_particulars_that_alone_name_the_plan_stay() -> None:
    line = "名称: 栖云县教育局工作计划 文号: 栖教〔2024〕3号"
    assert line in aside(f"{line}\n{BODY}")
    assert line not in aside(f"{line}\n一、目标\n新建学校9所。")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"公开目录 | 建议 | 发布日期 | 2024-05-29 14:57:37 |\n{BODY}", "2024-05-29"),
        (f"栖云县教育局工作计划\n添加时间:2020-12-1   浏览次数:\n{BODY}", "2020-12-01"),
        (f"2017-01-20 来源:栖云教育\n{BODY}", "2017-01-20"),
        (f"生效日期: 2024-09-01 发布日期: 2024-05-29\n{BODY}", "2024-05-29"),
        (f"生效日期: 2024-09-01 废止日期:\n{BODY}", None),
        (f"{BODY}\n" + "办学。\n" * 80 + "抄送:县委办。\n栖云县教育局办公室 2024年3月5日印发", "2024-03-05"),
    ],
)
def test_the_day_of_publication(text: str, day: str | None) -> None:
    assert first(text).published == day
