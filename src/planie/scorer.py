"""The scorer that the model stages are handed: arrays in, arrays out, torch inside.

The encoder computes in 16 bits (bfloat16) where the hardware does, two to three times quicker; sums are
kept in 32 bits, and a window's scores never depend on what is read beside it, nor on the threads.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional as F

from planie.nets import Reader, span_states
from planie.windows import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Ints = npt.NDArray[np.int64]


THREADS: Final = 2
"""On the CPU: with more, libraries cut sums into other parts and results differ in their last digits."""


@contextlib.contextmanager
def _at_most(threads: int) -> Iterator[None]:
    """Compute with no more than *threads* threads."""
    before = torch.get_num_threads()
    if before <= threads:
        yield
        return
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def has_bfloat16(device: str) -> bool:
    """Tell whether *device* multiplies matrices of bfloat16 in hardware."""
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device == "cpu" and bool(getattr(torch.cpu, "_is_avx512_bf16_supported", bool)())  # torch 2.4 has none


class TorchScorer:
    """Runs a :class:`~planie.nets.Reader`; see the protocols in ``tagger`` and ``linker`` for shapes.

    *half* is decided by the hardware where it is not given.
    """

    def __init__(
        self, reader: Reader, vocabulary: Vocabulary, *, device: str = "cpu", half: bool | None = None
    ) -> None:
        self.reader = reader.to(device).eval()
        self.vocabulary, self.device = vocabulary, device
        self.half = has_bfloat16(device) if half is None else half
        self._states: torch.Tensor | None = None

    def _cast(self) -> torch.autocast:
        return torch.autocast(self.device.split(":")[0], torch.bfloat16, enabled=self.half)

    @torch.inference_mode()
    def tag(self, ids: Ints, lengths: Ints) -> Floats:
        """Score one batch and keep its states for :meth:`pool`."""
        tokens = torch.from_numpy(ids).to(self.device)
        sizes = torch.from_numpy(lengths).to(self.device)
        mask = torch.arange(tokens.shape[1], device=self.device) < sizes[:, None]
        with self._cast(), _at_most(THREADS):
            states, scores = self.reader.tag(tokens, mask)
        self._states = states.float()
        found: Floats = F.log_softmax(scores.float(), -1).cpu().numpy()
        return found

    @torch.inference_mode()
    def pool(self, rows: Ints, starts: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """Return the vectors of spans of the batch that was scored last."""
        if self._states is None:
            raise RuntimeError("tag a batch first")
        places = [torch.from_numpy(a).to(self.device) for a in (rows, starts, ends)]
        with _at_most(THREADS):
            spans = span_states(self._states, *places)
        return spans.cpu().numpy(), self._states[places[0], 0].cpu().numpy()

    @torch.inference_mode()
    def link(self, spans: Floats, heads: Floats, labels: Ints, anchors: Ints, features: Ints) -> tuple[Floats, Floats]:
        """Score one batch of paragraphs."""
        arrays = (spans, heads, labels, anchors, features)
        tensors = (torch.from_numpy(a).to(self.device) for a in arrays)
        with _at_most(THREADS):
            roles, status = self.reader.linker(*tensors)
        return roles.float().cpu().numpy(), F.log_softmax(status.float(), -1).cpu().numpy()
