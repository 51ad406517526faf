"""Training samples: every annotation is in them or is counted, and offsets still say what they said."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from hand import marked
from planie import pairs, tags
from planie.annotations import Document, from_dict
from planie.healed import heal_document
from planie.learn.samples import IGNORED, blocks_of, collate, samples
from planie.schema import LABELS, STATUSES
from planie.windows import Vocabulary, untitled
from readings import FakeScorer, document, goals, work

VOCABULARY = FakeScorer().vocabulary


def annotated(text: str, frames: list[dict[str, Any]] | None = None, **keys: Any) -> Document:
    plain, entities = marked(text)
    rows = [{"id": i, "label": e.label, "start": e.start, "end": e.end} for i, e in enumerate(entities)]
    return from_dict({"id": "t-1", "text": plain, "entities": rows, "frames": frames or [], "meta": {}, **keys})


def spelled(vocabulary: Vocabulary, ids: list[int]) -> str:
    return "".join(t if len(t) == 1 else "\0" for t in (vocabulary.tokens[i] for i in ids))


def test_the_tags_of_a_sample_spell_its_entities() -> None:
    found, counts = samples([goals()], VOCABULARY)
    read = [
        (label, spelled(VOCABULARY, ids)[start:end])
        for sample in found
        for ids, tag in zip(sample.ids, sample.tags, strict=True)
        for label, start, end in tags.decode([0 if t == IGNORED else t for t in tag])
    ]
    assert read == [
        ("TIME", "到2025年"), ("METRIC", "普惠园覆盖率"), ("VALUE", "90%"), ("METRIC", "毛入园率"), ("VALUE", "98%以上"),
    ]  # fmt: skip
    assert counts["entities"] == 5
    assert counts["entities outside what is read"] == counts["entities lost in healing"] == 0


def test_prefix_and_specials_are_never_scored() -> None:
    (sample, *_), _ = samples([goals()], VOCABULARY)
    for ids, tag in zip(sample.ids, sample.tags, strict=True):
        assert len(ids) == len(tag)
        body = ids.index(VOCABULARY.sep) + 1
        assert set(tag[:body]) == {IGNORED}
        assert tag[-1] == IGNORED
        assert IGNORED not in tag[body:-1]


def test_bare_samples_read_the_same_text_without_what_stands_above_it() -> None:
    titled, _ = samples([goals()], VOCABULARY)
    (above,) = {p.prefix for p in blocks_of(heal_document(goals()))[0].paragraphs}
    left = {tuple(VOCABULARY.id(c) for c in prefix) for prefix in untitled(above)}
    seen = set()
    for seed in range(8):
        bare, counts = samples([goals()], VOCABULARY, bare=1.0, seed=seed)
        assert counts["entities"] == 5
        for one, other in zip(titled, bare, strict=True):
            for whole, ids, tag in zip(one.ids, other.ids, other.tags, strict=True):
                body = ids.index(VOCABULARY.sep)
                seen.add(tuple(ids[1:body]))
                assert ids[body:] == whole[whole.index(VOCABULARY.sep) :]
                assert len(ids) == len(tag)
                assert set(tag[: body + 1]) == {IGNORED}
    assert seen == left
    some, _ = samples([goals()] * 40, VOCABULARY, bare=0.3)
    kept = sum(s.ids == titled[0].ids for s in some)
    assert 0 < kept < len(some)


def test_groups_hold_the_roles_and_statuses() -> None:
    found, counts = samples([work()], VOCABULARY)
    (group,) = [g for s in found for g in s.groups]
    assert [LABELS[i - 1] for i in group.labels] == ["ACTION", "METRIC", "VALUE", "ACTION", "METRIC", "VALUE"]
    assert group.anchors == [1, 2, 4, 5]
    filled = {(i, j, pairs.PAIR_ROLES[k]) for i, j, k in zip(*group.roles.nonzero(), strict=True)}
    assert filled == {(2, 1, "metric"), (2, 0, "action"), (5, 4, "metric"), (5, 3, "action")}
    achieved, planned = STATUSES.index("achieved"), STATUSES.index("planned")
    assert group.statuses == [IGNORED, IGNORED, achieved, IGNORED, IGNORED, planned]
    assert counts["roles"] == 4
    (sample,) = [s for s in found if s.groups]
    texts = [
        spelled(VOCABULARY, sample.ids[w])[s:e] for w, s, e in zip(group.windows, group.starts, group.ends, strict=True)
    ]
    assert texts == ["新建", "幼儿园", "12所", "培训", "教师", "300名"]


def test_what_completes_a_name_belongs_to_the_metric() -> None:
    frame = {"value": 2, "status": "planned", "roles": {"metric": 0, "head": 1}}
    found, _ = samples([annotated("[METRIC:小学][METRIC:巩固率]达到[VALUE:99%]。", [frame])], VOCABULARY)
    (group,) = [g for s in found for g in s.groups]
    filled = {(i, j, pairs.PAIR_ROLES[k]) for i, j, k in zip(*group.roles.nonzero(), strict=True)}
    assert filled == {(2, 0, "metric"), (0, 1, "head")}


def test_a_role_across_lines_is_counted_and_left_out() -> None:
    frames = [{"value": 1, "status": "planned", "roles": {"metric": 0}}]
    found, counts = samples([annotated("推进[METRIC:幼儿园]建设。\n" * 1 + "达到[VALUE:12所]。", frames)], VOCABULARY)
    assert counts["roles"] == counts["roles across paragraphs"] == 1
    assert sum(g.roles.sum() for s in found for g in s.groups) == 0


def test_an_entity_of_a_line_that_is_not_read_is_counted() -> None:
    text = "新建[METRIC:幼儿园][VALUE:12所]。\n培训[METRIC:教师][VALUE:300名]。"
    plain, _ = marked(text)
    found, counts = samples([annotated(text, meta={"regions": [[0, plain.index("\n")]]})], VOCABULARY)
    assert counts["entities"] == counts["entities outside what is read"] == 2
    assert "培训" not in "".join(spelled(VOCABULARY, ids) for s in found for ids in s.ids)


def test_an_entity_longer_than_a_window_is_counted_and_never_taught_as_cut() -> None:
    text = "推进[PROGRAM:" + "建" * 200 + "]，培训[METRIC:教师][VALUE:300名]。"
    found, counts = samples([annotated(text)], VOCABULARY)
    assert counts["entities cut by a window"] == 1
    taught = [
        (VOCABULARY.tokens[i], t)
        for sample in found
        for ids, tag in zip(sample.ids, sample.tags, strict=True)
        for i, t in zip(ids, tag, strict=True)
    ]
    inside = [t for char, t in taught if char == "建"]
    assert len(inside) >= 200
    assert set(inside) == {IGNORED}


def test_annotations_follow_the_healed_text() -> None:
    text = "覆蓋率達到[VALUE:９０％]，新 建 了 [METRIC:幼 兒 園][VALUE:12所]"
    healed = heal_document(annotated(text))
    assert [healed.text[e.start : e.end].replace(" ", "") for e in healed.entities] == ["90%", "幼儿园", "12所"]


def test_collate_pads_and_nothing_mixes() -> None:
    found, _ = samples([goals(), work(), document("推进教育工作。", name="own-0003")], VOCABULARY)
    batch = collate(found, VOCABULARY.pad)
    windows = [ids for s in found for ids in s.ids]
    assert batch["ids"].shape == batch["mask"].shape == batch["tags"].shape
    assert batch["ids"].shape[1] % 32 == 0
    assert [row[m].tolist() for row, m in zip(batch["ids"], batch["mask"], strict=True)] == windows
    assert (batch["tags"][~batch["mask"]] == IGNORED).all()
    groups = [(s, g) for s in found for g in s.groups]
    assert batch["labels"].shape[0] == len(groups) == 2
    for row, (_, group) in enumerate(groups):
        n = len(group.labels)
        assert batch["labels"][row].tolist() == group.labels + [0] * (batch["labels"].shape[1] - n)
        for i in range(n):
            window, start, end = (int(batch[k][row, i]) for k in ("rows", "starts", "ends"))
            assert spelled(VOCABULARY, windows[window])[start:end] not in ("", "\0")
            assert tags.TAGS[batch["tags"][window, start]][2:] == LABELS[group.labels[i] - 1]
    assert batch["anchors"].tolist() == [[r, i] for r, (_, g) in enumerate(groups) for i in g.anchors]
    assert batch["roles"].sum() == sum(g.roles.sum() for _, g in groups)


def test_a_batch_without_groups_can_be_computed() -> None:
    from planie.learn.objective import Objective
    from planie.nets import EncoderConfig, Reader

    torch.manual_seed(0)
    objective = Objective(Reader(EncoderConfig(len(VOCABULARY.tokens), 16, 1, 2, 16, 128)))
    plain, _ = samples([document("推进教育工作。")], VOCABULARY)
    full, _ = samples([goals(), work()], VOCABULARY)
    for batch in (plain, full):
        loss = objective(**collate(batch, VOCABULARY.pad))["loss"]
        assert torch.isfinite(loss)
        assert loss > 0


def test_the_objective_falls_on_what_it_is_taught() -> None:
    from planie.learn.objective import Objective
    from planie.nets import EncoderConfig, Reader

    torch.manual_seed(0)
    objective = Objective(Reader(EncoderConfig(len(VOCABULARY.tokens), 32, 1, 2, 32, 128)))
    found, _ = samples([goals(), work()], VOCABULARY)
    batch = collate(found, VOCABULARY.pad)
    optimizer = torch.optim.Adam(objective.parameters(), 1e-2)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = objective(**batch)["loss"]
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 3


@pytest.mark.parametrize("role", [r for r in pairs.PAIR_ROLES if "program" not in r])
def test_a_right_filler_costs_less_than_a_wrong_one(role: str) -> None:
    from planie.learn.objective import role_loss

    filler = LABELS.index(pairs.FILLER[role]) + 1
    labels = torch.tensor([[LABELS.index(pairs.ANCHOR[role]) + 1, filler, filler, 0]])
    anchors = torch.tensor([[0, 0]])
    gold = torch.zeros(1, 4, len(pairs.PAIR_ROLES))
    gold[0, 1, pairs.PAIR_ROLES.index(role)] = 1
    right, wrong = gold * 8 - 4, gold.roll(1, 1) * 8 - 4
    assert role_loss(right, gold, labels, anchors) < 0.2 < 3 < role_loss(wrong, gold, labels, anchors)
