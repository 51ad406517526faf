"""What a site frames a page with is set aside; the plan that speaks of sites, sources and readers is read."""

from __future__ import annotations

import pytest

from planie.structure import analyse

BODY = "栖云县教育局工作计划\n一、目标\n新建学校9所。\n二、任务\n办好学校。"


def aside(text: str) -> dict[str, str]:
    """Line → kind."""
    found = [(part.kind, text[part.start : part.end]) for layout in analyse(text) for part in layout.set_aside]
    return {line: kind for kind, said in found for line in said.split("\n") if line.strip()}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("![图](/a/b.png) | ![]() |", "markup"),
        ("(相关资料图)", "caption"),
        ("工作总结 > 正文", "navigation"),
        ("我来说两句(12人参与)", "navigation"),
        ("栖云县工作计划 >>查看更多【返回 学校计划 栏目列表】", "navigation"),
        ("违法和不良信息举报电话:0000-1234567", "navigation"),
        ("关于我们 | 客服中心 | 网站地图 | 微博", "navigation"),
        ("版权声明", "navigation"),
        ("上传人:云** 文档编号:1234567 上传时间:2023-03-21 页数:7", "byline"),
        ("本文地址:https://a.example/1.html", "byline"),
        ("图表数据来源:", "byline"),
        ("(全文共1831字,预计阅读时间5分钟)", "byline"),
        ("结合工作需要,本站的会员“小云”为你整理了这篇2023年计划范文,希望能带来帮助。", "advertisement"),
        ("作者原创,不允许二次传播,一经发现追究责任。", "advertisement"),
        ("栖云新闻网 版权所有 云ICP备000号,未经授权,请勿转载或建立镜像,违者必究。", "advertisement"),
        ("欢迎访问栖云教育资讯网!", "advertisement"),
        ("本文共1200字,仅供站内会员学习参考", "advertisement"),
        ("【文章共2100字,精选参考范文,仅供借鉴】", "advertisement"),
        ("新来的客人请【点此注册】加入会员", "advertisement"),
        ("(以下评论仅代表网友意见,与本站立场无关)", "advertisement"),
        ("您好,欢迎访问栖云文档", "advertisement"),
        ("【收藏】 作者: 佚名 来源: 作者原创 阅读 次 【小 中 大】", "byline"),
        ("原标题:栖云县今年新建学校9所", "byline"),
        ("内容预览:", "navigation"),
        ("某某熟女,好吊视频在线观看", "spam"),
        ("一级A免费观看,亚洲欧美在线观看", "spam"),
    ],
)
def test_wherever_it_stands(line: str, kind: str) -> None:
    assert aside(f"{BODY}\n{line}") == {line: kind}


@pytest.mark.parametrize(
    "line",
    [
        "3.版权声明",
        "欢迎来到栖云中学!",
        "欢迎访问学校网站,全年更新信息300条",
        "公布违法和不良信息举报渠道",
        "联系我们的家长 126名",
        "网站地图 学校简介 师资队伍 招生信息",
        "数据来源:教育统计报表,全县在园幼儿3120人",
        "本站会员为大家整理了资料,新建学校9所",
        "工会会员为大家准备了节目",
        "全文共三章",
        "请【教研室】牵头,加强教研",
        "原标题党现象得到整治",
        "开展网络评论工作,网友满意度达96%",
        "上传人员培训2次,参加30人",
        "选好儿媳、好婆婆12名,免费观看演出2场",
        "赴欧美日韩考察,免费观看演出",
        "课题成果 > 论文",
    ],
)
def test_the_plans_own_stay(line: str) -> None:
    assert aside(f"{BODY}\n{line}") == {}


def test_a_watermark_is_a_line_said_three_times() -> None:
    marked = BODY.replace("\n", "\n栖云网 - 栖云县门户网站\n")
    assert aside(marked) == {"栖云网 - 栖云县门户网站": "advertisement"}
    assert aside(f"{BODY}\n学校主页 - 家长微信网") == {}


def test_boxes_are_a_sites_where_one_of_them_is_the_text() -> None:
    boxed = BODY.replace("一、", "【概述】\n工作概况如下。\n【正文】\n一、", 1)
    assert aside(boxed) == {"【概述】": "navigation", "【正文】": "navigation"}
    assert [section.heading for section in analyse(boxed)[0].sections] == ["目标", "任务"]
    assert aside(boxed.replace("【正文】\n", "")) == {}, "a plan's own"
    assert aside(f"{boxed}\n【内容】\n办好学校。")["【概述】"] == "navigation"
    assert "【内容】" not in aside(f"{boxed}\n【内容】\n改善条件。")


def test_a_summary_that_gives_the_length_of_its_source_is_an_excerpt() -> None:
    body = "一、工作情况\n(一)校舍建设\n全县开工建设中心幼儿园9所,完成投资3000万元,工程进展总体顺利。"
    plan = f"栖云县教育局工作总结\n{body}\n(二)队伍建设\n招聘教师120名,培训校长35名,县城学校结对帮扶乡村学校,做好各项工作。"
    summary = f"摘要:栖云县教育局工作总结 {' '.join(body.split())[:-6]} ...(全文共:1831字)"
    assert aside(f"{summary}\n{plan}")[summary] == "excerpt"
    other = summary.replace("9所", "8所")
    assert other not in aside(f"{other}\n{plan}")
