"""The optimizer of a training run: AdamW, or Muon for the matrices inside the encoder's layers with AdamW for the rest.

Enters: a reader and a configuration. Leaves: one ``torch.optim.Optimizer``. Muon (Jordan et al. 2024,
https://kellerjordan.github.io/posts/muon/) is scaled to AdamW's step (Liu et al. 2025,
https://arxiv.org/abs/2502.16982), so that rates are of one size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import torch
from torch import nn

from planie.learn.config import FinetuneConfig

BETAS: Final = (0.9, 0.98)


class Together(torch.optim.Optimizer):
    """Several optimizers, each with its own parameters, as one: a step is a step of each.

    Args:
        parts: the optimizers; no parameter is in two of them.
    """

    def __init__(self, parts: Sequence[torch.optim.Optimizer]) -> None:
        super().__init__([group for part in parts for group in part.param_groups], {})
        self.parts = tuple(parts)
        self._share()

    def _share(self) -> None:
        """Hold the very groups that the parts hold, so that a rate set here is set there."""
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one step with each part."""
        loss = None if closure is None else closure()
        for part in self.parts:
            part.step()
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of every part."""
        for part in self.parts:
            part.zero_grad(set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """Return each part's own state."""
        return {"parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up what :meth:`state_dict` gave.

        Raises:
            ValueError: it is of another number of optimizers.
        """
        for part, state in zip(self.parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._share()


def in_layer(name: str, parameter: nn.Parameter) -> bool:
    """Whether a parameter of an encoder is a matrix inside one of its layers, which Muon is for."""
    return ".layer." in name and parameter.ndim == 2


def muon(matrices: Sequence[nn.Parameter], *, rate: float, weight_decay: float) -> torch.optim.Optimizer:
    """Make Muon with the step of AdamW."""
    return torch.optim.Muon(matrices, lr=rate, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw")


def optimizer_of(reader: nn.Module, config: FinetuneConfig) -> torch.optim.Optimizer:
    """Make the optimizer that *config* names: a rate for each kind of parameter, no decay on vectors."""
    matrices: list[nn.Parameter] = []
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in reader.named_parameters():
        encoder = name.startswith("encoder.")
        if config.optimizer == "muon" and encoder and in_layer(name, parameter):
            matrices.append(parameter)
        else:
            groups.setdefault((encoder, parameter.ndim >= 2), []).append(parameter)
    rest = [
        {
            "params": parameters,
            "lr": config.encoder_rate if encoder else config.head_rate,
            "weight_decay": config.weight_decay if matrix else 0.0,
        }
        for (encoder, matrix), parameters in groups.items()
    ]
    adamw = torch.optim.AdamW(rest, betas=BETAS, fused=True)
    if not matrices:
        return adamw
    return Together([muon(matrices, rate=config.matrix_rate, weight_decay=config.weight_decay), adamw])
