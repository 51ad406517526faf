"""Entities, tags and the marks of Markdown are taken out; masks, sums and brackets that look like them stay."""

from __future__ import annotations

import pytest

from pace import is_linear
from planie.heal import heal, replay
from planie.heal.markup import drop_html, drop_markdown, read_entities, read_escapes

PAGE = "# 青禾县教育局工作总结\n\n"


def read(raw: str) -> str:
    healed = heal(raw)
    assert replay(raw, healed.repairs) == healed.text
    assert {repair.kind for repair in healed.repairs} <= {"markup", "spaced"}
    return healed.text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("落实&ldquo;双减&rdquo;政策", "落实“双减”政策"),
        ("招聘教师&nbsp;260&nbsp;名", "招聘教师 260 名"),
        ("招聘教师&nbsp260名", "招聘教师 260名"),
        ("分辨率1920&amp;times;1080", "分辨率1920×1080"),
        ("分辨率1920&amp;amp;#215;1080", "分辨率1920×1080"),
        ("达标率&ge;95%", "达标率≥95%"),
        ("在园幼儿&lt;p&gt;300人", "在园幼儿\n300人"),
        (
            r"工作总结\r\n\u3000\u3000一、目标\n新建学校9所。\n落实\"双减\"政策。",
            '工作总结\n\u3000\u3000一、目标\n新建学校9所。\n落实"双减"政策。',
        ),
        ("<p>新建学校9所。</p><p>新增学位900个。</p>", "新建学校9所。\n\n新增学位900个。"),
        ("<p>新建学校9所。</p>\n<p>新增学位900个。</p>", "新建学校9所。\n新增学位900个。"),
        ("新增学位<strong>900</strong>个<br/>招聘教师", "新增学位900个\n招聘教师"),
        ('巩固率达到<span style="color:red">98.7%</span>。', "巩固率达到98.7%。"),
        ("<tr><td>学位</td><td>900</td></tr>", "学位\t900\t"),
        ("一、目标<script>var n = 9;</script><!-- 9所 --><STYLE>p {}</STYLE>二、措施", "一、目标二、措施"),
        ("[首页](http://www.example.com/) | [教育](/jy/) | [规划](2024/t1.html)", "首页 | 教育 | 规划"),
        ('![新建学校9所](http://www.example.com/9.jpg "9")新增学位900个', "新增学位900个"),
        (PAGE + "新增学位 **900 个**，占比达到 **56.3%**。", PAGE + "新增学位 900 个，占比达到 56.3%。"),
        (PAGE + "新建学校**9**所。**招聘教师**9名", PAGE + "新建学校9所。招聘教师9名"),
        (PAGE + "> 注：***新建*** *9* 所", PAGE + "注：新建 9 所"),
        (PAGE + "1\\. 新建学校`9所`", PAGE + "1. 新建学校9所"),
        (PAGE + "其中_特岗教师_60名", PAGE + "其中特岗教师60名"),
        ("| 巩固率<br>(小学) | 98% |", "| 巩固率(小学) | 98% |"),
        ("**加强领导**\n各校落实。\n**强化保障**\n县财政投入", "加强领导\n各校落实。\n强化保障\n县财政投入"),
        ("- **扩学位**：新建9所\n- **强师资**：招聘9名", "- 扩学位：新建9所\n- 强师资：招聘9名"),
    ],
)
def test_markup_is_taken_out(raw: str, text: str) -> None:
    assert read(raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        "**县、**县的入园率达到**%，新建学校**所",
        "**职业学校和**县教育局",
        "**亿元,新建、改扩建学校**所\n**个，培训干部不少于**人",
        PAGE + "**县、**县的入园率达到**%，新建学校**所",
        PAGE + "*县教育局与*县教育局",
        "师生比<1:19，班额>45人",
        "《<通知>》<县教育局>",
        "投入a<b 且 c>d",
        "R&D经费 A&B校区 &c",
        "新增学位[1](含改扩建)900个，见[附件](略)",
        "青禾_小学_校报",
        "文件在C:\\new\\note下，一行\\n写完",
        "1.新建学校9所 #1教学楼",
    ],
)
def test_what_only_looks_like_markup_stays(raw: str) -> None:
    assert read(raw) == raw


@pytest.mark.parametrize(
    "unit",
    ["**学位", "[学位](", "<p 学位", "<!-- 学位", "<script>学位", "&amp;amp;", "`学位", "_学位", "\\n学位", "> 学位\n"],
)
def test_takes_linear_time(unit: str) -> None:
    for fixer in (read_escapes, read_entities, drop_html, drop_markdown):
        assert is_linear(lambda text, fixer=fixer: list(fixer(text)), PAGE + unit * 20_000)
