"""The training objective: what it counts, what it leaves out, and that it can be learnt from."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
import torch
from torch.nn import functional as F

from learning import document
from planie import pairs
from planie.learn.objective import Objective, role_loss
from planie.learn.samples import IGNORED, Sample, collate, samples
from planie.nets import EncoderConfig, Reader
from planie.schema import LABELS
from planie.windows import CLS, PAD, SEP, UNK, Vocabulary

METRIC, ACTION, WHEN = (pairs.PAIR_ROLES.index(r) for r in ("metric", "action", "when"))
LABEL = {label: i + 1 for i, label in enumerate(LABELS)}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Nets this small are slower on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _loss(logits: torch.Tensor, gold: torch.Tensor, names: list[str], places: list[int]) -> float:
    labels = torch.tensor([[LABEL.get(name, 0) for name in names]])
    anchors = torch.tensor([(0, place) for place in places], dtype=torch.long).view(-1, 2)
    return float(role_loss(logits, gold, labels, anchors))


def _empty(anchors: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    shape = (anchors, count, len(pairs.PAIR_ROLES))
    return torch.zeros(shape), torch.zeros(shape)


def test_a_metric_that_is_sure_and_right_costs_nothing() -> None:
    logits, gold = _empty(1, 3)
    gold[0, 1, METRIC] = 1
    logits[..., METRIC] = torch.tensor([-30.0, 30.0, -30.0])
    for role in {*range(len(pairs.PAIR_ROLES))} - {METRIC}:
        logits[..., role] = -30.0
    assert _loss(logits, gold, ["VALUE", "METRIC", "METRIC"], [0]) < 1e-6
    assert _loss(-logits, gold, ["VALUE", "METRIC", "METRIC"], [0]) > 30


def test_a_metric_costs_its_binary_cross_entropy() -> None:
    logits, gold = _empty(1, 3)
    gold[0, 1, METRIC] = gold[0, 2, METRIC] = 1  # a value said once for two metrics
    logits[...] = -30.0
    logits[0, :, METRIC] = torch.tensor([5.0, 0.5, -0.25])
    wanted = math.log1p(math.exp(-0.5)) + math.log1p(math.exp(0.25))
    assert _loss(logits, gold, ["VALUE", "METRIC", "METRIC"], [0]) == pytest.approx(wanted, rel=1e-5)


def test_another_role_costs_the_softmax_against_none() -> None:
    logits, gold = _empty(1, 3)
    gold[0, 2, ACTION] = 1
    logits[...] = -30.0
    logits[0, :, ACTION] = torch.tensor([9.0, 1.0, 2.0])  # the value itself is never a candidate
    names = ["VALUE", "ACTION", "ACTION"]
    wanted = -float(F.log_softmax(torch.tensor([0.0, 1.0, 2.0]), 0)[2])
    assert _loss(logits, gold, names, [0]) == pytest.approx(wanted, rel=1e-5)
    assert _loss(logits, torch.zeros_like(gold), names, [0]) == pytest.approx(wanted + 2.0, rel=1e-5)


def test_what_may_not_fill_a_role_costs_nothing() -> None:
    logits, gold = _empty(1, 4)
    before = _loss(logits, gold, ["VALUE", "ORG", "TIME", "pad"], [0])
    logits[0, 1, WHEN] = logits[0, 3, WHEN] = logits[0, 0, WHEN] = 20.0  # a body, padding, the value itself
    logits[0, 1:, METRIC] = 20.0  # no METRIC among them
    assert _loss(logits, gold, ["VALUE", "ORG", "TIME", "pad"], [0]) == pytest.approx(before)
    logits[0, 2, WHEN] = 20.0
    assert _loss(logits, gold, ["VALUE", "ORG", "TIME", "pad"], [0]) > before + 10


def test_a_programmes_roles_are_its_own() -> None:
    logits, gold = _empty(1, 2)
    before = _loss(logits, gold, ["PROGRAM", "TIME"], [0])
    logits[0, 1, WHEN] = 20.0  # when of a value
    assert _loss(logits, gold, ["PROGRAM", "TIME"], [0]) == pytest.approx(before)
    logits[0, 1, pairs.PAIR_ROLES.index("program.when")] = 20.0
    assert _loss(logits, gold, ["PROGRAM", "TIME"], [0]) > before + 10


def test_the_loss_is_the_mean_over_values() -> None:
    logits, gold = _empty(1, 2)
    twice = _empty(2, 2)
    one = _loss(logits, gold, ["VALUE", "METRIC"], [0])
    assert one > 0.5
    assert _loss(*twice, ["VALUE", "METRIC"], [0, 0]) == pytest.approx(one)


def test_no_anchor_is_no_loss() -> None:
    assert _loss(*_empty(0, 3), ["METRIC", "TIME", "pad"], []) == 0.0


# --- the whole objective -----------------------------------------------------

TEXT = "".join(document(i).text for i in range(6))
VOCABULARY = Vocabulary((PAD, UNK, CLS, SEP, *sorted(set(TEXT) - {"\n"})))
BATCH = collate(samples([document(i) for i in range(6)], VOCABULARY)[0], VOCABULARY.pad)


def _objective(*, link_weight: float = 1.0) -> Objective:
    torch.manual_seed(3)
    return Objective(Reader(EncoderConfig(len(VOCABULARY.tokens), 16, 1, 2, 32, 128)), link_weight=link_weight)


def test_the_link_weight_weighs_linking() -> None:
    losses = [float(_objective(link_weight=w)(**BATCH)["loss"].detach()) for w in (0.0, 1.0, 2.0)]
    assert losses[1] > losses[0]
    assert losses[2] - losses[1] == pytest.approx(losses[1] - losses[0], rel=1e-4)


def test_ignored_tags_and_statuses_cost_nothing() -> None:
    objective = _objective()
    tags, statuses = torch.full_like(BATCH["tags"], IGNORED), torch.full_like(BATCH["statuses"], IGNORED)
    one = (BATCH["tags"] != IGNORED).nonzero()[0]
    tags[tuple(one)] = 0
    states, scores = objective.reader.tag(BATCH["ids"], BATCH["mask"])
    tagging = -float(F.log_softmax(scores[tuple(one)], -1)[0].detach())
    found = float(Objective(objective.reader, link_weight=0.0)(**{**BATCH, "tags": tags})["loss"].detach())
    assert found == pytest.approx(tagging, rel=1e-5)
    assert states.shape[:2] == BATCH["ids"].shape
    silent = float(objective(**{**BATCH, "statuses": statuses})["loss"].detach())
    assert math.isfinite(silent)
    assert silent < float(objective(**BATCH)["loss"].detach())


def test_a_batch_without_a_value_has_a_finite_loss() -> None:
    made, _ = samples([document(0)], VOCABULARY)
    bare = collate([Sample(s.ids, s.tags) for s in made], VOCABULARY.pad)
    assert bare["anchors"].shape == (0, 2)
    loss = _objective()(**bare)["loss"]
    loss.backward()
    assert math.isfinite(float(loss.detach()))


def test_the_loss_falls_and_reaches_every_parameter() -> None:
    objective = _objective()
    optimizer = torch.optim.AdamW(objective.parameters(), lr=1e-2)
    losses = []
    for _ in range(25):
        loss = objective(**BATCH)["loss"]
        optimizer.zero_grad()
        loss.backward()
        losses.append(float(loss.detach()))
        if len(losses) == 1:
            idle = [n for n, p in objective.named_parameters() if p.grad is None]
            assert not idle
        optimizer.step()
    assert losses[-1] < 0.5 * losses[0]
