"""The training objective: cross-entropy over tags, and over the fillers of each role."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from planie import pairs
from planie.learn.samples import IGNORED
from planie.nets import Reader, span_states
from planie.schema import LABELS

_ANCHORS = torch.tensor([LABELS.index(pairs.ANCHOR[r]) + 1 for r in pairs.PAIR_ROLES])
_FILLERS = torch.tensor([LABELS.index(pairs.FILLER[r]) + 1 for r in pairs.PAIR_ROLES])
_METRIC = pairs.PAIR_ROLES.index("metric")
_STATUS = 2.0  # of the status beside the roles: there are few words of will and many numbers to a paragraph
_WEIGHTS = torch.tensor([2.0 if r in pairs.NAMES else 1.0 for r in pairs.PAIR_ROLES])  # rare, and hard to see


class Objective(nn.Module):
    """A reader with its loss, in the shape that ``transformers.Trainer`` calls."""

    def __init__(self, reader: Reader, *, link_weight: float = 1.0) -> None:
        super().__init__()
        self.reader, self.link_weight = reader, link_weight

    def forward(
        self, ids: Tensor, mask: Tensor, tags: Tensor, rows: Tensor, starts: Tensor, ends: Tensor,
        labels: Tensor, anchors: Tensor, statuses: Tensor, features: Tensor, roles: Tensor,
    ) -> dict[str, Tensor]:  # fmt: skip
        """*Shape:* as :func:`planie.learn.samples.collate` gives them → ``loss``, a scalar."""
        states, scores = self.reader.tag(ids, mask)
        tagging = F.cross_entropy(scores.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORED)
        flat = span_states(states, rows.flatten(), starts.flatten(), ends.flatten())
        spans = flat.view(*rows.shape, -1)
        heads = states[rows, 0]
        logits, status = self.reader.linker(spans, heads, labels, anchors, features)
        linking = role_loss(logits.float(), roles, labels, anchors)
        if (statuses != IGNORED).any():
            linking = linking + _STATUS * F.cross_entropy(status.float(), statuses, ignore_index=IGNORED)
        return {"loss": tagging + self.link_weight * linking}


def role_loss(logits: Tensor, gold: Tensor, labels: Tensor, anchors: Tensor) -> Tensor:
    """Binary cross-entropy for the metric (several may be right), softmax against “none” for the rest.

    *Shape:* logits, gold (a, n, roles); labels (groups, n); anchors (a, 2) → scalar, the mean over values.
    """
    rows, places = anchors.unbind(1)
    own = labels[rows, places][:, None] == _ANCHORS.to(labels.device)
    legal = own[:, None] & (labels[rows][:, :, None] == _FILLERS.to(labels.device))
    legal = legal & (torch.arange(labels.shape[1], device=labels.device) != places[:, None])[..., None]
    values = own[:, _METRIC].sum().clamp(min=1)
    metric = F.binary_cross_entropy_with_logits(logits[..., _METRIC], gold[..., _METRIC], reduction="none")
    total = (metric * legal[..., _METRIC]).sum() / values
    masked = logits.masked_fill(~legal, -1e4)
    log_probs = F.log_softmax(torch.cat([torch.zeros_like(masked[:, :1]), masked], dim=1), dim=1)
    filled = gold.sum(1, keepdim=True)
    target = torch.cat([(filled == 0).to(gold.dtype), gold / filled.clamp(min=1)], dim=1)
    loss = -(target * log_probs).sum(1) * own * _WEIGHTS.to(logits.device)
    keep = [i for i in range(len(pairs.PAIR_ROLES)) if i != _METRIC]
    return total + loss[:, keep].sum() / values
