"""The networks: the encoder is BERT, and padding and neighbours change nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from planie import pairs
from planie.errors import ConfigError
from planie.nets import Encoder, EncoderConfig, Linker, Reader, span_states
from planie.schema import STATUSES
from planie.tags import TAGS

transformers = pytest.importorskip("transformers", reason="needs planie[train]")

SMALL = EncoderConfig(30, 16, 2, 4, 32, 128)
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"到年底前新建幼儿园所覆盖率达以上教师名培训0123456"]
IDS = torch.tensor([[2, 7, 9, 11, 3], [2, 8, 3, 0, 0]])
MASK = IDS != 0


def bert(**changes: Any) -> Any:
    """A small BERT with random weights, unlike any other's."""
    torch.manual_seed(3)
    config = transformers.BertConfig(**(asdict(SMALL) | changes))
    return transformers.BertModel(config, add_pooling_layer=False).eval()


def save_bert(folder: Path, tokens: list[str], **changes: Any) -> Any:
    model = bert(**changes)
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", "utf-8")
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return model


def test_the_encoder_gives_berts_states() -> None:
    source, ours = bert(), Encoder(SMALL).eval()
    ours.load_state_dict({k: v for k, v in source.state_dict().items() if "position_ids" not in k})
    with torch.no_grad():
        wanted = source(IDS, attention_mask=MASK.long()).last_hidden_state
        found = ours(IDS, MASK)
    torch.testing.assert_close(found[MASK], wanted[MASK], atol=1e-5, rtol=1e-5)
    assert found.std() > 0.1


def test_a_bert_checkpoint_is_a_start(tmp_path: Path) -> None:
    from planie.learn.train import start_from

    source = save_bert(tmp_path, TOKENS[:30])
    reader, tokens = start_from(str(tmp_path), dropout=0.25)
    assert list(tokens) == TOKENS[:30]
    assert reader.dropout == reader.encoder.dropout == 0.25
    with torch.no_grad():
        found = reader.eval().encoder(IDS, MASK)
        wanted = source(IDS, attention_mask=MASK.long()).last_hidden_state
    torch.testing.assert_close(found[MASK], wanted[MASK], atol=1e-5, rtol=1e-5)


def test_a_start_whose_matrix_is_padded_beyond_its_vocabulary_can_be_saved_again(tmp_path: Path) -> None:
    from planie import bundle
    from planie.learn.train import start_from

    save_bert(tmp_path / "start", TOKENS[:27])
    reader, tokens = start_from(str(tmp_path / "start"), dropout=0.0)
    assert list(tokens[:27]) == TOKENS[:27]
    config = bundle.BundleConfig("t", "1", asdict(reader.encoder.config))
    bundle.save(tmp_path / "model", config, tokens, reader)
    assert bundle.load(tmp_path / "model").tokens == tokens


def test_a_start_that_is_no_bert_is_refused(tmp_path: Path) -> None:
    from planie.learn.train import start_from

    sizes = {"vocab_size": 30, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = transformers.RobertaModel(transformers.RobertaConfig(**sizes, intermediate_size=16))
    model.save_pretrained(tmp_path)
    save_bert(tmp_path / "bert", TOKENS[:30])
    for name in ("vocab.txt", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((tmp_path / "bert" / name).read_bytes())
    with pytest.raises(ConfigError, match="roberta"):
        start_from(str(tmp_path), dropout=0.0)


@pytest.mark.parametrize(
    ("tokens", "changes", "said"),
    [
        (TOKENS[:30], {"hidden_act": "relu"}, "activation is 'relu'"),
        (TOKENS[:30], {"max_position_embeddings": 64}, "it reads 64"),
    ],
)
def test_a_bert_that_we_do_not_compute_is_refused(
    tmp_path: Path, tokens: list[str], changes: dict[str, Any], said: str
) -> None:
    from planie.learn.train import start_from

    save_bert(tmp_path, tokens, **changes)
    with pytest.raises(ConfigError, match=said):
        start_from(str(tmp_path), dropout=0.0)


def test_our_encoder_loads_with_automodel(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    torch.manual_seed(5)
    ours = Reader(SMALL).eval().encoder
    transformers.BertConfig(**asdict(SMALL)).save_pretrained(tmp_path)
    save_file(ours.state_dict(), tmp_path / "model.safetensors", metadata={"format": "pt"})
    theirs = transformers.AutoModel.from_pretrained(tmp_path, add_pooling_layer=False).eval()
    with torch.no_grad():
        wanted = theirs(IDS, attention_mask=MASK.long()).last_hidden_state
        torch.testing.assert_close(ours(IDS, MASK)[MASK], wanted[MASK], atol=1e-5, rtol=1e-5)


def test_the_tagger_scores_every_tag_and_padding_changes_nothing() -> None:
    torch.manual_seed(1)
    reader = Reader(SMALL).eval()
    with torch.no_grad():
        states, scores = reader.tag(IDS, MASK)
        alone, _ = reader.tag(IDS[1:, :3], MASK[1:, :3])
    assert scores.shape == (2, 5, len(TAGS))
    torch.testing.assert_close(states[1:, :3], alone, atol=1e-5, rtol=1e-5)


def test_span_states_are_first_last_and_mean() -> None:
    states = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0))
    rows, starts, ends = torch.tensor([0, 1]), torch.tensor([1, 5]), torch.tensor([4, 6])
    found = span_states(states, rows, starts, ends)
    torch.testing.assert_close(found[0], torch.cat([states[0, 1], states[0, 3], states[0, 1:4].mean(0)]))
    torch.testing.assert_close(found[1], states[1, 5].repeat(3))


def linking(count: int) -> list[torch.Tensor]:
    make = torch.Generator().manual_seed(2)
    sizes = list(pairs.FEATURES.values())
    features = torch.stack([torch.randint(0, size, (2, count), generator=make) for size in sizes], -1)
    return [
        torch.randn(1, count, 48, generator=make),
        torch.randn(1, count, 16, generator=make),
        torch.randint(1, 7, (1, count), generator=make),
        torch.tensor([[0, 0], [0, 2]]),
        features,
    ]


def test_the_linker_scores_every_role_and_padding_changes_nothing() -> None:
    torch.manual_seed(4)
    linker = Linker(16, size=32).eval()
    spans, heads, labels, anchors, features = linking(5)
    pad = torch.nn.functional.pad
    with torch.no_grad():
        roles, status = linker(spans, heads, labels, anchors, features)
        wide, same = linker(
            pad(spans, (0, 0, 0, 3)), pad(heads, (0, 0, 0, 3)), pad(labels, (0, 3)), anchors,
            pad(features, (0, 0, 0, 3)),
        )  # fmt: skip
    assert roles.shape == (2, 5, len(pairs.PAIR_ROLES))
    assert status.shape == (2, len(STATUSES))
    torch.testing.assert_close(wide[:, :5], roles, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(same, status, atol=1e-5, rtol=1e-5)
    assert roles.std() > 0.01


def test_the_linker_reads_features_labels_and_prefix() -> None:
    torch.manual_seed(4)
    linker = Linker(16, size=32).eval()
    given = linking(5)
    with torch.no_grad():
        roles, status = linker(*given)
        for at in (2, 4):  # labels, features
            other = [*given]
            other[at] = (given[at] + 1) % 5 + (1 if at == 2 else 0)
            assert not torch.allclose(linker(*other)[0], roles, atol=1e-4)
        assert not torch.allclose(linker(given[0], given[1] + 1, *given[2:])[1], status, atol=1e-4)


def test_training_attends_as_reading_does() -> None:
    torch.manual_seed(5)
    encoder = Encoder(EncoderConfig(20, 16, 2, 2, 32, 64))
    ids = torch.randint(1, 20, (3, 9))
    mask = torch.arange(9) < torch.tensor([[9], [4], [1]])
    with torch.no_grad():
        read, trained = encoder.eval()(ids, mask), encoder.train()(ids, mask)
    torch.testing.assert_close(trained[mask], read[mask], atol=1e-5, rtol=1e-5)
    assert read[mask].std() > 0.1
