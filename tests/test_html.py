"""The page for readers: what stands in it, that it loads nothing, and that a plan's text runs nothing."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planie
from planie import export, plan, schema
from planie.export import words
from planie.export.html import page
from planie.export.markup import Html, Mark, el, join, marked
from planie.heal.draft import KINDS
from planie.plan import Plan
from planie.structure import analyse, furniture
from plans import SAMPLE, TEXT, any_plan

ATTACK = (
    "</div></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'><a href='javascript:alert(1)'>&lt;b&gt;"
)
TAGS = set(
    "html head meta title style script body main article header h1 h2 h3 dl div dt dd section ol ul li small b span a p "
    "mark strong form input select option output table thead tbody tr th td button footer details summary".split()
)
VOID = {"meta", "input"}


class Page(HTMLParser):
    """What a browser makes of a page: elements in order, the words of each class, and whether all were closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: dict[str, str] = {}
        self.bare: dict[str, str] = {}
        self.open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("class") or tag))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            self.said[name] = self.said.get(name, "") + data

    def having(self, name: str) -> list[tuple[str, str]]:
        return [(tag, attributes[name] or "") for tag, attributes in self.elements if name in attributes]


def _page(*plans: Plan) -> str:
    return "".join(page(plans))


def _changed(**fields: object) -> Plan:
    return dataclasses.replace(SAMPLE, **fields)  # type: ignore[arg-type]


# --- what stands in it -------------------------------------------------------


def test_the_parts_are_there() -> None:
    read = Page(_page(SAMPLE))
    assert read.said["h1"] == read.said["title"] == "临江市教育局2024年工作要点"
    assert read.said["text"] == TEXT
    assert read.open == []
    assert [t for t, _ in read.elements].count("mark") == len(SAMPLE.entities) + len(schema.LABELS)  # and the legend
    assert [t for t, _ in read.elements].count("tr") == len(SAMPLE.targets) + 1
    assert "2024年 2 个" in read.said["timeline"]
    assert "≥ 88%" in read.said["targets"]
    assert "起点 71%" in read.said["targets"]
    assert "据文件标题" in read.said["targets"]
    assert "no body of its own is named" in read.said["footer"]


def test_links_lead_to_the_value_in_the_document() -> None:
    read = Page(_page(SAMPLE))
    links = [href for _, href in read.having("href")]
    assert links == ["#p0e3", "#p0e6", "#p0e3", "#p0e6"]  # the timeline's, then the table's
    assert {href[1:] for href in links} <= {name for _, name in read.having("id")}
    assert re.search(r'<mark id="p0e6"[^>]*>12所</mark>', _page(SAMPLE))


def test_entities_say_their_roles() -> None:
    titles = dict(zip([name for _, name in Page(_page(SAMPLE)).having("id")], range(99), strict=False))
    assert "p0e2" in titles
    mark = next(a for t, a in Page(_page(SAMPLE)).elements if a.get("id") == "p0e2")
    assert mark["data-roles"] == "p0t0:起点"
    assert (mark["title"] or "").split("\n") == [
        "数值 · 可信度 90%",
        "起点 → 普惠性幼儿园覆盖率 88%以上\uff08计划\uff09",
    ]


def test_rows_can_be_sorted_and_filtered() -> None:
    rows = [a for t, a in Page(_page(SAMPLE)).elements if t == "tr"][1:]
    assert [(a["data-status"], a["data-year"]) for a in rows] == [("planned", "2024")] * 2
    assert [float(v) for t, v in Page(_page(SAMPLE)).having("data-sort") if "." in v] == [88.0, 0.93, 12.0, 0.88]
    assert [v for t, v in Page(_page(SAMPLE)).having("value")] == ["", "planned", "achieved", "", "2024"]


def test_repairs_warnings_and_what_was_set_aside_are_marked() -> None:
    body = TEXT.index("新建")
    read = _changed(
        repairs=(plan.RepairNote("traditional", (body, body + 1), "新", "亲"),),
        warnings=(plan.WarningNote("half a character is lost", (body + 1, body + 3)),),
        set_aside=(plan.SetAsideNote("navigation", (0, 3)),),
    )
    text = _page(read)
    assert '<span class="repair traditional" title="修复\uff08繁体\uff09\uff1a新 → 亲">新</span>' in text
    assert '<a href="#p0w0">half a character is lost</a>' in text
    assert '<span class="aside" title="未读\uff1a导航">' in text
    assert text.count('id="p0w0"') == 1  # though an entity's end cuts it in two
    assert text.count('id="p0e0"') == 1
    assert Page(text).said["text"] == TEXT


def test_a_plan_without_text_shows_the_evidence() -> None:
    read = Page(_page(_changed(text=None)))
    assert SAMPLE.targets[0].evidence in read.said["targets"]
    assert read.having("href") == []


def test_the_plan_of_a_page_shows_its_own_part() -> None:
    start = TEXT.index("一、")
    read = Page(_page(_changed(span=(start, len(TEXT)))))
    assert read.said["text"] == TEXT[start:]
    assert "p0e0" not in [name for _, name in read.having("id")]


def test_several_plans_have_names_of_their_own() -> None:
    ids = [name for _, name in Page(_page(SAMPLE, SAMPLE, _changed(targets=()))).having("id")]
    assert len(set(ids)) == len(ids)
    assert {"p0", "p1", "p2"} <= set(ids)


def test_no_plan_is_a_page_too() -> None:
    assert "没有计划" in Page(_page()).said["p"]
    assert "没有读出目标" in Page(_page(_changed(targets=()))).said["quiet"]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (plan.Quantity("1.3亿元", (0, 4), 130e6, 130e6, "元"), "130,000,000 元"),
        (plan.Quantity("两三名", (0, 4), 2.0, 3.0, "名"), "2—3 名"),
        (plan.Quantity("3.2个百分点", (0, 4), 3.2, 3.2, "个百分点", "=", "increase"), "增加 3.2 个百分点"),
        (plan.Quantity("**%", (0, 3), None, None, "%", redacted=True), "数字被隐去"),
    ],
)
def test_values_are_written_as_understood(value: plan.Quantity, read: str) -> None:
    target = dataclasses.replace(SAMPLE.targets[0], value=value, baseline=None)
    assert f"<small>{read}</small>" in _page(_changed(targets=(target,)))


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (plan.Deadline("9月底前", (0, 4), 2025, 9, None, "by", "title"), "9月底前<small>2025年9月 据文件标题</small>"),
        (plan.Deadline("2025年", (0, 4), 2025), '<td data-sort="20251332" class="due">2025年</td>'),
        (plan.Deadline("**年", (0, 3), None, redacted=True), "年份不详"),
    ],
)
def test_deadlines_are_written_out(due: plan.Deadline, said: str) -> None:
    assert said in _page(_changed(targets=(dataclasses.replace(SAMPLE.targets[0], deadline=due),)))


def test_the_timeline_is_in_order_and_counts_what_has_no_place() -> None:
    dues = [
        plan.Deadline("2026年", (0, 4), 2026),
        plan.Deadline("9月", (0, 2), 2025, 9),
        plan.Deadline("3月", (0, 2), 2025, 3),
        None,
    ]
    targets = tuple(dataclasses.replace(SAMPLE.targets[0], metric=str(i), deadline=due) for i, due in enumerate(dues))
    read = Page(_page(_changed(targets=targets)))
    assert re.findall(r"\d+年 \d 个|\d月 \d", read.said["timeline"]) == ["2025年 2 个", "3月 2", "9月 1", "2026年 1 个"]
    assert "另有 1 个目标没有期限" in read.said["quiet"]


def test_what_comes_again_has_a_place_of_its_own() -> None:
    dues = [plan.Deadline("每月", (0, 2), None, kind="every"), plan.Deadline("近期", (0, 2), None)]
    targets = tuple(dataclasses.replace(SAMPLE.targets[0], deadline=due) for due in dues)
    read = Page(_page(_changed(targets=targets)))
    assert re.findall(r"定期 \d 个|每月|年份不详 \d 个", read.said["timeline"]) == [
        "定期 1 个",
        "每月",
        "年份不详 1 个",
    ]


def test_a_column_that_nothing_fills_is_left_out() -> None:
    bare = tuple(dataclasses.replace(t, org=None, program=None, deadline=None, section=7) for t in SAMPLE.targets)
    read = [a["data-name"] for t, a in Page(_page(_changed(targets=bare))).elements if t == "th"]
    assert read == ["状态", "指标", "数值", "可信度"]
    assert [a["data-name"] for t, a in Page(_page(SAMPLE)).elements if t == "th"][2:6] == ["数值", "期限", "项目与单位", "章节"]  # fmt: skip


def test_blank_lines_are_marked_and_kept() -> None:
    text = "\n\n一、目标\n \n\u3000\n新建学校3所。\n\n"
    shown = _page(_changed(text=text, span=(0, len(text)), entities=(), targets=(), sections=()))
    assert re.findall(r'<span class="gap">(\s+)</span>', shown) == ["\n\n", " \n\u3000\n", "\n"]
    assert Page(shown).said["text"] == text


def test_a_value_that_reads_as_it_stands_is_not_said_twice() -> None:
    value = plan.Quantity("1536人", (0, 5), 1536.0, 1536.0, "人")
    target = dataclasses.replace(SAMPLE.targets[0], value=value, baseline=None)
    assert "1,536" not in _page(_changed(targets=(target,)))


def test_every_name_has_its_word() -> None:
    assert words.LABELS.keys() == set(schema.LABELS)
    assert words.ROLES.keys() == {"value", *schema.ROLES}
    assert words.KINDS.keys() == set(schema.KINDS)
    assert words.REPAIRS.keys() == set(KINDS)
    assert words.STATUSES.keys() | {"baseline"} == set(schema.STATUSES)


def test_what_is_set_aside_has_its_word() -> None:
    text = "首页 > 工作计划\n临江县2024年工作要点\n来源:县教育局\n一、目标\n新建学校3所。\n上一篇:无"
    again = "全县新建改扩建公办幼儿园6所,新增学前教育学位1800个。\n培训乡村教师300人次,9月底前完成12所农村学校食堂改造,学生近视率下降0.5个百分点。"
    listed = f"目录\n总体目标\n重点任务\n总体目标\n{again}\n重点任务\n做好食堂改造。\n{again}"
    kinds = {note.kind for page in (text, listed) for layout in analyse(page) for note in layout.set_aside}
    assert kinds >= {"navigation", "byline", "related", "contents", "repetition"}
    assert kinds | {name for name, _ in furniture.KINDS} <= words.ASIDES.keys()


# --- what it may not do ------------------------------------------------------


def _attacked() -> Plan:
    n = len(ATTACK)
    value = plan.Quantity(ATTACK, (0, n), 1.0, 1.0, ATTACK)
    due = plan.Deadline(ATTACK, (0, n), 2024, source="heading")
    target = dataclasses.replace(
        SAMPLE.targets[0],
        metric=ATTACK,
        action=ATTACK,
        value=value,
        deadline=due,
        baseline=plan.Baseline(value, due),
        program=ATTACK,
        org=ATTACK,
        evidence=ATTACK,
        roles={"value": 0},
    )
    return _changed(
        text=ATTACK * 3,
        span=(0, n * 3),
        title=ATTACK,
        issuer=ATTACK,
        published=ATTACK,
        source=plan.Source(ATTACK, "0"),
        sections=(plan.Part(ATTACK, ATTACK, 1, "goals", (0, n), None),),
        targets=(target,),
        programs=(plan.Program(ATTACK, due, ATTACK, ((0, n),)),),
        institutions=(plan.Institution(ATTACK, ()),),
        entities=(plan.Mention("VALUE", ATTACK, (0, n), 0.5),),
        repairs=(plan.RepairNote(ATTACK, (0, 3), ATTACK, ATTACK),),
        set_aside=(plan.SetAsideNote(ATTACK, (n, n + 5)),),
        warnings=(plan.WarningNote(ATTACK, (0, n)), plan.WarningNote(ATTACK, None)),
        model=plan.Model(ATTACK, ATTACK),
    )


@pytest.mark.parametrize("read", [SAMPLE, _attacked(), dataclasses.replace(_attacked(), text=None)])
def test_nothing_of_a_plan_becomes_markup(read: Plan) -> None:
    found = Page(_page(read))
    assert found.open == []
    assert {tag for tag, _ in found.elements} <= TAGS
    assert [tag for tag, _ in found.elements].count("script") == 1
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    if read.text:
        assert found.said["text"] == read.text
    if read is not SAMPLE:
        assert found.said["h1"] == ATTACK
        assert found.said["targets"].count(ATTACK) >= 5


@given(any_plan)
def test_any_plan_makes_a_page_that_shows_its_text(read: Plan) -> None:
    found = Page(export_text(read))
    assert found.open == []
    assert {tag for tag, _ in found.elements} <= TAGS
    ids = [name for _, name in found.having("id")]
    assert len(set(ids)) == len(ids)
    assert {href[1:] for _, href in found.having("href")} <= set(ids)
    low, high = read.span
    text = read.text or ""
    shown = text[low:high] if 0 <= low < high <= len(text) else text
    assert found.said.get("text", "") == re.sub("[\0\ud800-\udfff]", "\ufffd", shown)


def export_text(read: Plan) -> str:
    return b"".join(export.chunks(read, format="html")).decode("utf-8")


@pytest.mark.parametrize("read", [SAMPLE, _attacked()])
def test_the_page_holds_all_that_it_needs(read: Plan) -> None:
    found = Page(_page(read))
    assert {tag for tag, _ in found.elements}.isdisjoint({"link", "img", "iframe", "object", "embed", "base"})
    assert not found.having("src")
    assert not found.having("style")
    assert all(href.startswith("#") for _, href in found.having("href"))
    assert "http:" not in _page(SAMPLE)
    assert "https:" not in _page(SAMPLE)
    assert not re.search(r"url\(|@import|fetch|XMLHttp|innerHTML|eval\(", _page(SAMPLE))


def test_the_policy_lets_only_the_pages_own_script_run() -> None:
    text = _page(SAMPLE)
    policy = next(
        a["content"] or "" for t, a in Page(text).elements if a.get("http-equiv") == "Content-Security-Policy"
    )
    for name in ("style", "script"):
        inside = text.split(f"<{name}>")[1].split(f"</{name}>")[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


# --- marks over a text -------------------------------------------------------


def _m(start: int, end: int, name: str = "b", id_: str | None = None) -> Mark:
    return Mark(start, end, name, {}, id_)


@pytest.mark.parametrize(
    ("layers", "gives"),
    [
        ([], "abcdef"),
        ([[_m(1, 3)]], "a<b>bc</b>def"),
        ([[_m(1, 3), _m(3, 4)]], "a<b>bc</b><b>d</b>ef"),
        ([[_m(0, 4)], [_m(2, 6, "i")]], "<b>ab<i>cd</i></b><i>ef</i>"),
        ([[_m(1, 4), _m(2, 6)]], "a<b>bcd</b>ef"),
        ([[_m(4, 99), _m(-5, 1), _m(2, 2), _m(3, 1)]], "<b>a</b>bcd<b>ef</b>"),
        ([[_m(0, 2)], [_m(1, 4, "i", "x")]], '<b>a<i id="x">b</i></b><i>cd</i>ef'),
    ],
)
def test_marks_nest(layers: list[list[Mark]], gives: str) -> None:
    assert marked("abcdef", 0, 6, layers) == gives


def test_text_is_escaped_and_markup_is_not() -> None:
    assert el("p", "a<b", Html("<i>"), class_='x"y', data_a=0, open=True, id=None) == (
        '<p class="x&quot;y" data-a="0" open>a&lt;b<i></p>'
    )
    assert join(["&", "\0\ud800"]) == "&amp;\ufffd\ufffd"


@given(st.lists(st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 12)), max_size=4), max_size=3))
def test_any_marks_keep_the_text(spans: list[list[tuple[int, int]]]) -> None:
    text = marked("0123456789", 0, 10, [[_m(*span) for span in layer] for layer in spans])
    read = Page(text)
    assert read.open == []
    assert re.sub("</?b>", "", text) == "0123456789"


# --- with the bundled model --------------------------------------------------


def test_a_plan_that_was_read() -> None:
    text = "临江县2025年教育工作要点\n一、主要目标\n到2025年底前,新建公办幼儿園12所,学前三年毛入园率达到98%以上。"
    read = planie.extract(text)
    found = Page(_page(read))
    assert found.said["text"] == text
    assert read.targets
    assert {f"p0t{i}" for i in range(len(read.targets))} <= {name for _, name in found.having("id")}
    assert "園 → 园" in found.said["footer"]
    assert json.loads(read.to_json()) == read.to_dict()
