"""The pipeline as users meet it, with the bundled model: any text gives a plan, and always the same one."""

from __future__ import annotations

import datetime
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import planie
from planie import Extractor, Plan, pipeline
from planie.errors import BundleError, ConfigError
from planie.heal import heal
from planie.plan import Program
from readings import GOALS, PHRASES, TITLE, WORK, extractor

TWO_PLANS = (
    f"临江县教育局2024年工作计划\n\n一、主要目标\n{GOALS}\n二、保障措施\n加强领导。\n\n"
    f"云桥县教育局2023年工作总结\n\n一、主要工作\n{WORK}\n二、存在问题\n经费不足。\n"
)


@pytest.fixture(scope="module")
def bundled() -> Extractor:
    return planie.load(device="cpu")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "examples" / "plan.txt").read_text("utf-8")


def check(plan: Plan, text: str) -> None:
    """What holds for every plan of every text."""
    assert plan.text == text
    assert 0 <= plan.span[0] <= plan.span[1] <= len(text)
    for mention in plan.entities:
        assert text[slice(*mention.span)] == mention.text
        assert mention.span[0] < mention.span[1]
    for target in plan.targets:
        assert text[slice(*target.span)] == target.evidence
        assert text[slice(*target.value.span)] in target.evidence
        assert 0 <= target.confidence <= 1
        assert all(0 <= i < len(plan.entities) for i in target.roles.values())
        assert target.section is None or target.section < len(plan.sections)
    assert Plan.from_dict(plan.to_dict()) == plan


def same(left: Plan, right: Plan) -> None:
    """Equal in everything; probabilities may differ in their last digit."""
    for a, b in zip(left.entities + left.targets, right.entities + right.targets, strict=True):
        assert a.confidence == pytest.approx(b.confidence, abs=2e-3)
    assert level(left) == level(right)


def level(plan: Plan) -> Plan:
    return replace(
        plan,
        entities=tuple(replace(e, confidence=0.0) for e in plan.entities),
        targets=tuple(replace(t, confidence=0.0) for t in plan.targets),
    )


# --- any str gives a plan -----------------------------------------------------


@pytest.mark.parametrize("wrong", [b"\xe6\x95\x99", None, 5, ["新建"]])
def test_what_is_no_str_is_a_type_error(bundled: Extractor, wrong: Any) -> None:
    for call in (planie.extract, planie.extract_all, bundled, bundled.extract_all):
        with pytest.raises(TypeError, match="expected the text as str"):
            call(wrong)
    plans = bundled.pipe(["新建", wrong])
    assert next(plans).text == "新建"
    with pytest.raises(TypeError, match="expected the text as str"):
        next(plans)


def junk(seed: int, size: int) -> str:
    rng = random.Random(seed)
    pool = [
        *map(chr, range(0x250)),
        *"教育幼儿园新建达到以上%％所名年底前一二三（）《》“”，。；：、\n\n",
        "\ufeff",
        "\ud83d",
        "😀",
        "\u202e",
    ]
    return "".join(rng.choices(pool, k=size))


ODD = {
    "empty": "",
    "one letter": "a",
    "one character": "教",
    "one digit": "5",
    "one mark": "。",
    "blank": " \n\t\u3000\r\n ",
    "emoji": "🎯新建👨‍👩‍👧‍👦幼儿园12所🏫",
    "lone surrogates": "新建\ud800幼儿园\udfff12所\udc80",
    "nul": "新建\0幼儿园\x0012所",
    "binary": bytes(range(256)).decode("latin-1") * 8,
    "binary read as utf-8": random.Random(1).randbytes(4000).decode("utf-8", "replace"),
    "binary read as surrogates": random.Random(2).randbytes(4000).decode("utf-8", "surrogateescape"),
    "bom": "\ufeff新建幼儿园12所。",
    "only digits": "9" * 3000,
    "only marks": "，。；：" * 500,
    "only lines": "\n" * 3000,
    "combining marks": "教" + "\u0301" * 2000,
    "other languages": "Ընդհանուր 12 الخطة 2025 แผน 90% план",
    "junk": junk(3, 5000),
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_every_text_gives_a_plan(bundled: Extractor, text: str) -> None:
    check(bundled(text), text)
    plans = bundled.extract_all(text)
    assert plans
    for plan in plans:
        check(plan, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ["no target was found: the text is empty"]),
        (" \n\u3000", ["no target was found: the text is empty"]),
        ("教", ["no target was found"]),
        ("😀", ["hardly any Chinese (Han characters: 0 of 1)", "no target was found"]),
        ("\ud83d\ud83d", ["hardly any Chinese (Han characters: 0 of 2)", "no target was found"]),
        ("\0" * 40, ["hardly any Chinese (Han characters: 0 of 40)", "no target was found"]),
        (bytes(range(33, 127)).decode("latin-1"), ["hardly any Chinese (Han", "no target was found"]),
        (f"{TITLE}\n{GOALS}", []),
    ],
)
def test_a_text_without_targets_or_without_chinese_says_so(text: str, says: list[str]) -> None:
    warnings = extractor()(text).warnings
    assert [w.message[: len(said)] for w, said in zip(warnings, says, strict=True)] == says


def test_each_plan_of_a_page_says_for_itself_that_it_has_no_target() -> None:
    page = TWO_PLANS.replace(WORK, "工作平稳有序。")
    first, second = extractor().extract_all(page)
    assert (first.warnings, len(first.targets) > 0) == ((), True)
    (warning,) = second.warnings
    assert warning.message == f"no target was found in the plan at [{second.span[0]}, {second.span[1]})"
    assert extractor()(page).warnings == (warning,)


def test_200_kilobytes_of_junk_give_a_plan(bundled: Extractor) -> None:
    text = junk(4, 70_000)
    assert len(text.encode("utf-8", "surrogatepass")) > 100_000
    check(bundled(text), text)


def test_a_plan_is_read(bundled: Extractor, page: str) -> None:
    plan = bundled(page)
    check(plan, page)
    assert plan.title == "云桥县教育局2025年工作要点"
    assert "所" in {t.value.unit for t in plan.targets}
    assert len(plan.targets) >= 5
    assert plan.model.name == "planie-zh"
    assert planie.extract(page) == plan


# --- always the same ----------------------------------------------------------


def test_run_after_run(bundled: Extractor, page: str) -> None:
    assert bundled(page) == bundled(page) == planie.load(device="cpu")(page)


@pytest.fixture(scope="module", params=["float32", "bfloat16"])
def either(request: pytest.FixtureRequest) -> Extractor:
    return planie.load(device="cpu", precision=request.param)


def test_a_precision_of_another_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="precision is 'float16'; give one of auto, bfloat16, float32"):
        planie.load(precision="float16")


def test_alone_or_in_any_batch(either: Extractor, page: str) -> None:
    lines = [line for line in page.split("\n") if line.strip()]
    texts = [page, GOALS, "", WORK * 9, TWO_PLANS, *lines[3:7]]
    alone = [either(text) for text in texts]
    for size in (2, 32):
        for a, b in zip(alone, either.pipe(texts, batch_size=size), strict=True):
            same(a, b)
    for a, b in zip(reversed(alone), either.pipe(texts[::-1]), strict=True):
        same(a, b)


def test_on_one_thread_and_on_two(either: Extractor, page: str) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = either(page)
        torch.set_num_threads(2)
        same(one, either(page))
    finally:
        torch.set_num_threads(before)


def test_from_several_threads_at_once(either: Extractor, page: str) -> None:
    texts = [page, GOALS, WORK, TWO_PLANS]
    wanted = [either(t) for t in texts]
    found: dict[int, Plan] = {}

    def read(at: int) -> None:
        found[at] = either(texts[at])

    workers = [threading.Thread(target=read, args=(i,)) for i in range(len(texts))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for at, plan in enumerate(wanted):
        same(plan, found[at])


def test_the_same_line_reads_the_same_wherever_it_stands(bundled: Extractor) -> None:
    """A text longer than one slab: no line of it is lost, cut or read twice."""
    rng = random.Random(1)  # lines that repeat one another would be set aside
    towns = [
        f"{a}{b}镇"
        for a in "云青松柳望泽禾岚汐翠枫黛石白清江"
        for b in "山水林田湖草沙桥店村庄坪湾坝岭口坡洲河溪塘港浦泉源川原野岗埠屯堡寨关"
    ]
    lines = [
        f"{town}新建公办幼儿园12所，培训教师300名，普惠性幼儿园覆盖率达到90%以上。{''.join(rng.choices('认真落实各项要求进步提高教育质量办好人民满意的', k=110))}。"
        for town in towns
    ]
    assert len(lines) > pipeline._SLAB
    found = bundled("\n".join(["栖云县2024年工作计划", *lines]))
    values = [(t.value.text, found.text[slice(*t.span)][:3]) for t in found.targets]
    assert values == [(value, town) for town in towns for value in ("12所", "300名", "90%以上")]


# --- pipe ---------------------------------------------------------------------


def test_pipe_is_lazy_ordered_and_bounded() -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        n = 0
        while True:
            taken.append(n)
            yield f"{TITLE}\n第{n}号\n{GOALS}"
            n += 1

    plans = extractor().pipe(endless(), batch_size=4)
    assert taken == []
    for n in range(6):
        assert f"第{n}号" in (next(plans).text or "")
    assert len(taken) <= 8


def test_a_batch_size_of_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="batch_size is 0"):
        next(extractor().pipe(["a"], batch_size=0))


@pytest.mark.parametrize("wrong", ["新建", b"abc"])
def test_one_text_is_no_many_texts(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"expected many texts, found one (str|bytes); write pipe\(\[text\]\)"):
        extractor().pipe(wrong)


def test_pipe_of_nothing() -> None:
    assert list(extractor().pipe([])) == []


# --- options ------------------------------------------------------------------

THIS_YEAR = PHRASES | {"今年": "TIME"}
NOW = "今年，普惠园覆盖率达到90%。"


@pytest.mark.parametrize("published", ["2023-03-01", datetime.date(2023, 3, 1), datetime.datetime(2023, 3, 1, 8)])
def test_published_anchors_this_year(published: Any) -> None:
    plan = extractor(phrases=THIS_YEAR)(NOW, published=published)
    (target,) = plan.targets
    assert plan.published == "2023-03-01"
    assert target.deadline is not None
    assert (target.deadline.text, target.deadline.year) == ("今年", 2023)


def test_the_texts_own_year_comes_first() -> None:
    (target,) = extractor(phrases=THIS_YEAR)(f"临江县2021年工作计划\n\n{NOW}", published="2023-03-01").targets
    assert target.deadline is not None
    assert target.deadline.year == 2021


def test_without_a_year_there_is_none() -> None:
    (target,) = extractor(phrases=THIS_YEAR)(NOW).targets
    assert target.deadline is None or target.deadline.year is None
    (bare,) = extractor()("普惠园覆盖率达到90%。", published="2023-03-01").targets
    assert bare.deadline is None  # nothing inherits a date of publication


@pytest.mark.parametrize("wrong", ["2023", "yesterday", 2023, "2023-13-01"])
def test_published_that_is_no_date_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="published is"):
        extractor()(NOW, published=wrong)


def test_targets_below_the_least_confidence_are_left_out(bundled: Extractor, page: str) -> None:
    every = bundled(page).targets
    middle = sorted(t.confidence for t in every)[len(every) // 2]
    kept = bundled(page, min_confidence=middle).targets
    assert kept == tuple(t for t in every if t.confidence >= middle)
    assert 0 < len(kept) < len(every)
    none = bundled(page, min_confidence=1.0)
    assert none.targets == ()
    assert [w.message for w in none.warnings] == [f"no target was kept: {len(every)} found, below min_confidence 1.0"]


@pytest.mark.parametrize("wrong", ["x", 2, -0.5, float("nan"), None])
def test_a_least_confidence_that_is_no_share_is_refused(wrong: Any) -> None:
    reader = extractor()
    for call in (reader, reader.extract_all, lambda text, **kept: reader.pipe([text], **kept)):
        with pytest.raises(ConfigError, match=r"min_confidence is .*; give a number from 0"):
            call(NOW, min_confidence=wrong)


@pytest.mark.parametrize("device", ["nope", "cuda:99"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    with pytest.raises(ConfigError, match=f"device is '{device}', which PyTorch cannot use here; give 'auto'"):
        planie.load(device=device)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model folder"):
        planie.load(tmp_path)


# --- pages with several plans -------------------------------------------------


def test_extract_all_says_where_each_plan_stood() -> None:
    first, second = extractor().extract_all(TWO_PLANS)
    assert (first.title, second.title) == ("临江县教育局2024年工作计划", "云桥县教育局2023年工作总结")
    assert (first.kind, second.kind) == ("plan", "report")
    assert GOALS in TWO_PLANS[slice(*first.span)]
    assert WORK not in TWO_PLANS[slice(*first.span)]
    assert WORK in TWO_PLANS[slice(*second.span)]
    assert GOALS not in TWO_PLANS[slice(*second.span)]
    for plan in (first, second):
        check(plan, TWO_PLANS)
        low, high = plan.span
        assert all(low <= e.span[0] and e.span[1] <= high for e in plan.entities)
    assert [len(p.targets) for p in (first, second)] == [2, 2]


def test_several_plans_read_as_one() -> None:
    first, second = extractor().extract_all(TWO_PLANS)
    whole = extractor()(TWO_PLANS)
    check(whole, TWO_PLANS)
    assert (whole.title, whole.kind, whole.period) == (first.title, first.kind, first.period)
    assert whole.span == (first.span[0], second.span[1])
    assert whole.entities == first.entities + second.entities
    assert [t.value for t in whole.targets] == [t.value for t in first.targets + second.targets]
    years = [t.deadline and t.deadline.year for t in whole.targets]
    assert years[2:] == [2023, 2023]  # from the nearest title above
    for target in whole.targets:
        assert whole.entities[target.roles["value"]].text == target.value.text


def test_a_body_named_in_both_plans_is_one_institution() -> None:
    phrases = PHRASES | {"市教育局": "ORG"}
    text = TWO_PLANS.replace("新建了", "市教育局新建了").replace("到2025年", "市教育局到2025年")
    (body,) = extractor(phrases=phrases)(text).institutions
    assert [text[slice(*m)] for m in body.mentions] == ["市教育局", "市教育局"]


def test_every_repair_of_a_page_belongs_to_one_of_its_plans(bundled: Extractor) -> None:
    page = "\ufeff篇1:甲县教育局2024年工作计划\n一、目标\n新建学校9所。\u200b\n\u200b篇2:乙县教育局2023年工作计划\n一、目标\n新建学校8所。\u200b"
    plans = bundled.extract_all(page)
    assert len(plans) == 2
    repairs = [repair for plan in plans for repair in plan.repairs]
    assert repairs == list(bundled(page).repairs)
    healed = page
    for repair in reversed(repairs):
        assert healed[slice(*repair.span)] == repair.before
        healed = healed[: repair.span[0]] + repair.after + healed[repair.span[1] :]
    assert healed == heal(page).text


def test_a_time_that_only_the_second_plan_of_a_page_states_is_the_programmes() -> None:
    first, second = Program("甲工程", None, None, ((0, 3),)), Program("甲工程", None, "县教育局", ((9, 12),))
    assert pipeline._programs([first, second]) == (Program("甲工程", None, "县教育局", ((0, 3), (9, 12))),)


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x85", "\u2028"])
def test_any_line_end_is_one(bundled: Extractor, end: str) -> None:
    text = f"{TITLE}\n一、工作回顾\n去年新建幼儿园8所。\n二、主要任务\n新建幼儿园12所。"
    other = text.replace("\n", end)
    wanted = [(t.metric, t.value.text, t.status, t.span) for t in bundled(text).targets]
    assert [(t.metric, t.value.text, t.status, t.span) for t in bundled(other).targets] == wanted
