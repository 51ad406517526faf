"""The page for readers in a real browser without a network: sorted, filtered, clicked on, printed.

Needs the Python package ``playwright`` (extra ``dev``) and a Chromium: its own (``playwright install
chromium``), or one of the machine's; without one the tests are skipped.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from planie import plan as p
from planie.export.html import page
from plans import SAMPLE

COUNT = 60
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")


def _plan() -> p.Plan:
    """A plan long enough to scroll and to fill more than one sheet of paper."""
    text, entities, targets = "临江县2024年工作要点\n", [], []
    for n in range(COUNT):
        year, metric, number = f"{2026 - n % 4}年", f"第{n}类{'学校' if n % 3 else '教师'}", f"{(n * 37) % 61 + 1}所"
        start = len(text)
        text += f"到{year}底，建成{metric}{number}。\n\n \n\n\n"
        spans = [(text.index(part, start), text.index(part, start) + len(part)) for part in (year, metric, number)]
        labels = ("TIME", "METRIC", "VALUE")
        entities += [p.Mention(label, text[slice(*span)], span, 0.9) for label, span in zip(labels, spans, strict=True)]
        value = p.Quantity(number, spans[2], float(number[:-1]), float(number[:-1]), "所")
        targets.append(
            dataclasses.replace(
                SAMPLE.targets[0],
                metric=metric,
                value=value,
                deadline=p.Deadline(f"到{year}底", spans[0], int(year[:4])),
                status="planned" if n % 5 else "achieved",
                baseline=None,
                org=None,
                section=None,
                roles={"value": 3 * n + 2, "metric": 3 * n + 1, "when": 3 * n},
            )
        )
    repairs = (p.RepairNote("traditional", (0, 2), "臨江", "临江"),)
    return dataclasses.replace(
        SAMPLE, text=text, span=(0, len(text)), entities=tuple(entities), targets=tuple(targets), sections=(), repairs=repairs
    )  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    there = next(filter(None, map(shutil.which, NAMES)), None)
    with api.sync_playwright() as driver:
        started = None
        for options in ({}, {"executable_path": there}):
            with suppress(api.Error):
                started = started or driver.chromium.launch(args=["--no-sandbox"], **options)
        if started is None:
            pytest.skip("no Chromium that starts: playwright install chromium")
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "plan.html"
    path.write_text("".join(page([_plan()])), "utf-8")
    return path


@pytest.fixture
def opened(browser: Any, file: Path) -> Iterator[Any]:
    """The page, without a network; whatever it asks for or complains of fails the test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True, reduced_motion="reduce")
    context.set_default_timeout(120_000)  # a busy machine is slow, which is no fault of the page's
    tab, trouble = context.new_page(), []
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("console", lambda message: trouble.append(message.text))
    tab.on("request", lambda request: request.url.startswith("file:") or trouble.append(request.url))
    tab.goto(file.as_uri())
    yield tab
    context.close()
    assert not trouble


def _column(tab: Any, name: str) -> list[str]:
    return [str(said).split("\n")[0] for said in tab.locator(f"tbody tr:visible td.{name}").all_inner_texts()]


def _wait(tab: Any, expression: str, wanted: Callable[[Any], bool]) -> None:
    """Ask until it is so; the driver's own waiting evaluates strings in the page, which the page's policy forbids."""
    for _ in range(200):
        if wanted(tab.evaluate(expression)):
            return
        tab.wait_for_timeout(100)
    pytest.fail(f"after 20 seconds {expression} is {tab.evaluate(expression)!r}")


def test_a_column_sorts_up_down_and_back(opened: Any) -> None:
    written = _column(opened, "number")
    head = opened.locator("th", has_text="数值")
    seen = []
    for _ in range(3):
        head.locator("button").click()
        seen.append((head.get_attribute("aria-sort"), _column(opened, "number")))
    up = sorted(written, key=lambda said: int(said[:-1]))
    down = sorted(written, key=lambda said: -int(said[:-1]))
    assert seen == [("ascending", up), ("descending", down), (None, written)]
    assert up != written


def test_words_status_and_year_filter(opened: Any) -> None:
    assert opened.inner_text("output") == f"{COUNT} / {COUNT}"
    opened.fill("input[name=words]", "教师")
    assert opened.inner_text("output") == f"20 / {COUNT}"
    assert all("教师" in name for name in _column(opened, "what"))
    opened.select_option("select[name=status]", "achieved")
    assert opened.inner_text("output") == f"4 / {COUNT}"
    opened.select_option("select[name=year]", "2026")
    assert _column(opened, "what") == ["第0类教师"]
    opened.click("button[type=reset]")
    _wait(opened, "document.querySelector('output').textContent", lambda said: said == f"{COUNT} / {COUNT}")


def test_a_row_leads_to_its_number_and_keeps_its_roles_lit(opened: Any) -> None:
    row = opened.locator("tbody tr").nth(COUNT - 5)
    value = opened.locator(f"#p0e{3 * (COUNT - 5) + 2}")
    before = opened.evaluate("scrollY")
    row.locator("td.sure").click()
    _wait(opened, "scrollY", lambda now: now != before)
    assert opened.url.endswith(f"#p0e{3 * (COUNT - 5) + 2}")
    assert 0 < value.bounding_box()["y"] < 900
    opened.mouse.move(1, 1)
    roles = opened.locator("mark.lit").evaluate_all("marks => marks.map(mark => [mark.textContent, mark.dataset.role])")
    assert roles == [["2023年", "期限"], [f"第{COUNT - 5}类学校", "指标"], [f"{(55 * 37) % 61 + 1}所", "数值"]]
    row.locator("td.sure").click()  # once more lets go
    opened.mouse.move(1, 1)
    assert opened.locator("mark.lit, tr.picked").count() == 0


def test_pointing_at_a_word_shows_its_target(opened: Any) -> None:
    opened.hover("#p0e1")
    assert opened.locator("mark.lit").count() == 3
    assert opened.locator("tr.lit").get_attribute("id") == "p0t0"
    assert "指标 → 第0类教师" in opened.get_attribute("#p0e1", "title")


def test_the_timeline_leads_to_the_evidence(opened: Any) -> None:
    years = opened.locator(".timeline h3").all_inner_texts()
    assert [year.split(" ")[0] for year in years] == ["2023年", "2024年", "2025年", "2026年"]
    opened.locator(".timeline a.chip").nth(1).click()
    assert opened.url.endswith("#p0e23")
    assert opened.locator("tr.picked").get_attribute("id") == "p0t7"


def test_blank_lines_take_little_room_and_stay_in_the_text(opened: Any) -> None:
    heights = opened.locator(".gap").evaluate_all("gaps => gaps.map(gap => gap.offsetHeight)")
    assert len(heights) == COUNT
    assert max(heights) < 16
    assert opened.evaluate("document.querySelector('.text').textContent") == _plan().text


def test_deadlines_stand_in_one_line(opened: Any) -> None:
    heights = opened.locator("td.due").evaluate_all("cells => cells.map(cell => cell.offsetHeight)")
    assert max(heights) < 60  # 到2026年底, and 2026年 below it


def test_it_prints_with_its_heads_on_every_sheet(opened: Any, tmp_path: Path) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed: pip install 'planie[pdf]'")
    path = tmp_path / "plan.pdf"
    opened.pdf(path=str(path), format="A4")
    document = pdfium.PdfDocument(path)
    sheets = ["".join(document[n].get_textpage().get_text_range().split()) for n in range(len(document))]
    document.close()
    assert len(sheets) >= 3
    assert "可信度" in sheets[1]
    assert "全部状态" not in "".join(sheets)  # what only a screen can use
    # Where a machine has no Chinese font, Chromium writes the characters into the file but for some: by number then.
    assert {int(n) for n in re.findall(r"第(\d+)", "".join(sheets))} == set(range(COUNT))


def test_it_reads_without_its_script(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator("tbody tr:visible").count() == COUNT
    assert tab.locator("th").all_inner_texts() == ["状态", "指标", "数值", "期限", "可信度"]
    context.close()


def test_a_narrow_screen_needs_no_scrolling_sideways(opened: Any) -> None:
    opened.set_viewport_size({"width": 390, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
