"""The optimizer of a run: which parameters Muon takes, one rate for each kind, and going on where a run was cut off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from learning import config
from planie import bundle
from planie.learn.optimizers import Together, optimizer_of

for library in ("transformers", "datasets", "seqeval", "sklearn", "accelerate"):
    pytest.importorskip(library, reason=f"{library} is not installed (planie[train])")


def _pair(layer: nn.Linear) -> Together:
    return Together([torch.optim.Muon([layer.weight], lr=0.1), torch.optim.AdamW([layer.bias], lr=0.01)])


def _steps(layer: nn.Linear, optimizer: torch.optim.Optimizer, count: int) -> None:
    for _ in range(count):
        optimizer.zero_grad()
        layer(torch.arange(4.0)).square().sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def _layer() -> nn.Linear:
    torch.manual_seed(1)
    return nn.Linear(4, 3)


def test_a_state_that_was_saved_goes_on_as_if_nothing_had_been() -> None:
    whole, cut = _layer(), _layer()
    straight = _pair(whole)
    _steps(whole, straight, 5)
    first = _pair(cut)
    _steps(cut, first, 2)
    again = _pair(cut)
    again.load_state_dict(first.state_dict())
    _steps(cut, again, 3)
    assert torch.equal(whole.weight, cut.weight)
    assert torch.equal(whole.bias, cut.bias)


def test_a_rate_set_on_the_whole_is_set_on_the_parts_also_after_loading() -> None:
    both = _pair(_layer())
    both.load_state_dict(both.state_dict())
    for group in both.param_groups:
        group["lr"] = 0.5
    assert [group["lr"] for part in both.parts for group in part.param_groups] == [0.5, 0.5]


def test_the_state_of_another_optimizer_is_refused() -> None:
    both = _pair(_layer())
    with pytest.raises(ValueError, match="shorter"):
        both.load_state_dict({"parts": both.state_dict()["parts"][:1]})


def test_muon_takes_the_matrices_inside_the_layers_and_every_parameter_has_one_rate(tmp_path: Path) -> None:
    made = replace(config(tmp_path), optimizer="muon", matrix_rate=0.3, encoder_rate=0.2, head_rate=0.1)
    reader = bundle.load(made.start).reader
    names = {id(p): name for name, p in reader.named_parameters()}
    both = optimizer_of(reader, made)
    rates = {names[id(p)]: group["lr"] for group in both.param_groups for p in group["params"]}
    assert sum(len(group["params"]) for group in both.param_groups) == len(names) == len(rates)
    for name, parameter in reader.named_parameters():
        inside = name.startswith("encoder.") and ".layer." in name and parameter.ndim == 2
        assert rates[name] == (0.3 if inside else 0.2 if name.startswith("encoder.") else 0.1), name
    assert 0.3 in rates.values()
    assert "embeddings" in " ".join(name for name, rate in rates.items() if rate == 0.2)


def test_a_run_with_muon_that_is_cut_off_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    def until_the_second_epoch(line: str) -> None:
        if line.startswith("epoch 2"):
            raise RuntimeError("cut off")

    for name in ("whole", "cut"):
        (tmp_path / name).mkdir()
    whole, cut = (replace(config(tmp_path / name), optimizer="muon") for name in ("whole", "cut"))
    scores = finetune(whole)
    with pytest.raises(RuntimeError, match="cut off"):
        finetune(cut, report=until_the_second_epoch)
    said: list[str] = []
    assert finetune(cut, resume=True, report=said.append) == scores
    assert any(line.startswith("going on from") for line in said)
    models = [bundle.load(Path(made.output) / "model").reader.state_dict() for made in (whole, cut)]
    assert all(torch.equal(models[0][name], models[1][name]) for name in models[0])
