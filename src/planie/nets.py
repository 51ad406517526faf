"""The networks: a BERT encoder, a tagging head and a linking head over entities.

The encoder is BERT (Devlin et al. 2019, https://arxiv.org/abs/1810.04805) with the parameter
names of Hugging Face's ``BertModel``, so that any Chinese BERT checkpoint loads into it and ours
loads there; it is written out here so that extraction needs torch alone. The linker reads a
paragraph's entities as a short sequence (two transformer layers) and scores each pair of an
anchor (a value or a programme) and a candidate, in the manner of deep biaffine attention
(Dozat and Manning 2017, https://arxiv.org/abs/1611.01734) with features of the text between.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from planie.pairs import FEATURES, PAIR_ROLES
from planie.schema import LABELS, STATUSES
from planie.tags import TAGS


@dataclass(frozen=True)
class EncoderConfig:
    """The sizes of the encoder, under the names of a Hugging Face ``config.json``."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12


class _Attention(nn.Module):
    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.heads = config.num_attention_heads
        self.self = nn.ModuleDict({n: nn.Linear(size, size) for n in ("query", "key", "value")})
        self.output = nn.ModuleDict(
            {"dense": nn.Linear(size, size), "LayerNorm": nn.LayerNorm(size, config.layer_norm_eps)}
        )

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """*Shape:* states (batch, length, hidden), mask (batch, 1, 1, length), true where read."""
        batch, length, size = states.shape
        query, key, value = (
            self.self[n](states).view(batch, length, self.heads, -1).transpose(1, 2) for n in ("query", "key", "value")
        )
        attend = _attend if self.training else F.scaled_dot_product_attention
        mixed = attend(query, key, value, mask)
        mixed = self.output["dense"](mixed.transpose(1, 2).reshape(batch, length, size))
        out: Tensor = self.output["LayerNorm"](states + mixed)
        return out


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Attention written out: on CPUs in 16 bits the fused kernel's backward pass is three times slower."""
    scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    mixed: Tensor = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(-1) @ value
    return mixed


class _Layer(nn.Module):
    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        size, wide = config.hidden_size, config.intermediate_size
        self.attention = _Attention(config)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(size, wide)})
        self.output = nn.ModuleDict(
            {"dense": nn.Linear(wide, size), "LayerNorm": nn.LayerNorm(size, config.layer_norm_eps)}
        )

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        states = self.attention(states, mask)
        mixed = self.output["dense"](F.gelu(self.intermediate["dense"](states)))
        out: Tensor = self.output["LayerNorm"](states + mixed)
        return out


class Encoder(nn.Module):
    """BERT without its pooler; parameter names as in ``transformers.BertModel``.

    Dropout falls on the embeddings alone: inside the layers it costs CPUs half their speed.
    """

    def __init__(self, config: EncoderConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        size = config.hidden_size
        self.config, self.dropout = config, dropout
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(config.vocab_size, size, padding_idx=0),
                "position_embeddings": nn.Embedding(config.max_position_embeddings, size),
                "token_type_embeddings": nn.Embedding(config.type_vocab_size, size),
                "LayerNorm": nn.LayerNorm(size, config.layer_norm_eps),
            }
        )
        self.layers = [_Layer(config) for _ in range(config.num_hidden_layers)]
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(self.layers)})

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """*Shape:* ids (batch, length), mask (batch, length) true where read → (batch, length, hidden)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        states: Tensor = self.embeddings["word_embeddings"](ids)
        states = states + self.embeddings["position_embeddings"](places)
        states = states + self.embeddings["token_type_embeddings"](torch.zeros_like(places))
        states = F.dropout(self.embeddings["LayerNorm"](states), self.dropout, self.training)
        for layer in self.layers:
            states = layer(states, mask[:, None, None, :])
        return states


class Linker(nn.Module):
    """Entities of a paragraph → a score for each (anchor, candidate, role), and the anchor's status."""

    def __init__(self, hidden: int, *, size: int = 128, layers: int = 2, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.project = nn.Linear(3 * hidden, size)
        self.label = nn.Embedding(len(LABELS) + 1, size)
        self.norm = nn.LayerNorm(size)
        self.mix = nn.ModuleList(
            nn.TransformerEncoderLayer(size, 4, 2 * size, dropout, batch_first=True) for _ in range(layers)
        )
        self.anchor, self.candidate = nn.Linear(size, size), nn.Linear(size, size)
        self.features = nn.Linear(sum(FEATURES.values()), size, bias=False)
        self.score = nn.Linear(size, len(PAIR_ROLES))
        self.left = nn.Linear(size, len(PAIR_ROLES) * 32, bias=False)
        self.right = nn.Linear(size, 32, bias=False)
        self.status = nn.Sequential(nn.Linear(size + hidden, size), nn.GELU(), nn.Linear(size, len(STATUSES)))

    def forward(
        self, spans: Tensor, prefix: Tensor, labels: Tensor, anchors: Tensor, features: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Score the entities of a batch of paragraphs.

        *Shape:* spans (batch, n, 3·hidden): first, last and mean state; prefix (batch, n, hidden): the state
        of the window's [CLS]; labels (batch, n), 0 for padding; anchors (a, 2): row and place of each value and
        programme; features (a, n, kinds), of each anchor with every entity of its row →
        roles (a, n, roles); status (a, statuses).
        """
        states = self.norm(self.project(spans) + self.label(labels))
        for layer in self.mix:
            states = layer(states, src_key_padding_mask=labels == 0)
        states = F.dropout(states, self.dropout, self.training)
        rows, places = anchors.unbind(1)
        anchor = states[rows, places]
        table = [F.one_hot(features[..., i], count) for i, count in enumerate(FEATURES.values())]
        pair = self.features(torch.cat(table, -1).to(states.dtype))
        pair = pair + self.anchor(anchor)[:, None] + self.candidate(states)[rows]
        left = self.left(anchor).view(-1, len(PAIR_ROLES), 32)
        roles = self.score(F.gelu(pair)) + torch.einsum("ard,ajd->ajr", left, self.right(states)[rows])
        return roles, self.status(torch.cat([anchor, prefix[rows, places]], -1))


class Reader(nn.Module):
    """One encoder with two heads."""

    def __init__(self, config: EncoderConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = Encoder(config, dropout=dropout)
        self.tagger = nn.Linear(config.hidden_size, len(TAGS))
        self.linker = Linker(config.hidden_size, dropout=dropout)
        self.dropout = dropout

    def tag(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """*Shape:* ids, mask (batch, length) → states (batch, length, hidden), scores (batch, length, tags)."""
        states = self.encoder(ids, mask)
        return states, self.tagger(F.dropout(states, self.dropout, self.training))


def span_states(states: Tensor, rows: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """First, last and mean state of spans.

    *Shape:* states (batch, length, hidden); rows, starts, ends (n), half-open → (n, 3·hidden).
    """
    sums = F.pad(states.cumsum(1), (0, 0, 1, 0))
    mean = (sums[rows, ends] - sums[rows, starts]) / (ends - starts).unsqueeze(-1)
    return torch.cat([states[rows, starts], states[rows, ends - 1], mean], -1)
