"""What a run starts from: a model folder, or a Chinese BERT with fresh heads.

Enters: ``bundled``, ``encoder``, a folder of planie's, a Hugging Face folder or hub name. Leaves: a reader
and its vocabulary. A start that is none of these, that is no BERT, or whose weights are not in safetensors, is
refused before anything is trained.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from planie import bundle
from planie.errors import ConfigError, require
from planie.nets import EncoderConfig, Reader
from planie.windows import CLS, PAD, SEP, TOKENS, UNK

_HUB: Final = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")  # hfl/chinese-macbert-base


def start_from(start: str, *, dropout: float) -> tuple[Reader, tuple[str, ...]]:
    """Return a reader and its vocabulary: a model folder's, or a Chinese BERT's with fresh heads.

    Args:
        start: ``"bundled"`` (the bundled model), ``"encoder"`` (the bundled encoder, not yet fine-tuned),
            a model folder, or a Hugging Face folder or hub name.
        dropout: of the reader to be trained.

    Raises:
        BundleError: a model folder that is not whole.
        ConfigError: anything else that planie cannot start from.
    """
    if start == "encoder":
        start = str(bundle.ENCODER)
    folder = bundle.BUNDLED if start == "bundled" else Path(start)
    config = folder / "config.json"
    if start != "bundled" and (not config.is_file() or '"tags"' not in config.read_text("utf-8")):
        return _from_bert(start, dropout)
    loaded = bundle.load(folder)
    reader = Reader(loaded.reader.encoder.config, dropout=dropout)
    reader.load_state_dict(loaded.reader.state_dict())
    return reader, loaded.tokens


def _from_bert(start: str, dropout: float) -> tuple[Reader, tuple[str, ...]]:
    source, vocabulary = _loaded(start)
    if faults := _faults(source.config):
        raise ConfigError(f"start {start!r}: " + "; ".join(faults))
    config = EncoderConfig(**{k: getattr(source.config, k) for k in EncoderConfig.__dataclass_fields__})
    tokens = tokens_of(vocabulary, config.vocab_size)
    if missing := missing_tokens(tokens):
        raise ConfigError(f"start {start!r}: its vocabulary lacks {', '.join(missing)}; planie reads Chinese BERTs")
    reader = Reader(config, dropout=dropout)
    weights = {k: v for k, v in source.state_dict().items() if not k.startswith("pooler") and "position_ids" not in k}
    reader.encoder.load_state_dict(weights)
    return reader, tokens


def _loaded(start: str) -> tuple[Any, Mapping[str, int]]:
    transformers = require("transformers", extra="train")
    _check_name(start)
    try:
        with _quiet(transformers.utils.logging):
            source = transformers.AutoModel.from_pretrained(start, use_safetensors=True)
            tokenizer = transformers.AutoTokenizer.from_pretrained(start)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"start {start!r}: neither 'bundled', nor 'encoder', nor a model folder, nor a Hugging Face folder or hub name with "
            f"safetensors weights (no pickle is loaded): {error}"
        ) from error
    return source, tokenizer.get_vocab()


def _check_name(start: str) -> None:
    """Refuse what is neither a folder nor a hub name, and what a folder was meant by: no hub is asked by mistake."""
    path = Path(start)
    if path.is_dir():
        return
    beside = [p.name for p in path.parent.iterdir() if p.is_dir()] if path.parent.is_dir() else []
    if near := difflib.get_close_matches(path.name, [*beside, "bundled", "encoder"], 1, 0.8):
        raise ConfigError(f"start {start!r}: no such folder; did you mean {near[0]!r}?")
    if beside and "/" in start:
        raise ConfigError(f"start {start!r}: the folder {str(path.parent)!r} holds no such folder")
    if not _HUB.fullmatch(start):
        raise ConfigError(f"start {start!r}: no such folder, and no hub name either (those look like hfl/rbt3)")


@contextlib.contextmanager
def _quiet(logging: Any) -> Iterator[None]:
    """Keep transformers' bars, and its report of the pooler that planie does not use, off the terminal."""
    shown, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()


def _faults(config: Any) -> list[str]:
    if config.model_type != "bert":
        return [f"a {config.model_type!r} model; planie reads BERT encoders"]
    faults = []
    if config.hidden_act != "gelu":
        faults.append(f"its activation is {config.hidden_act!r}; planie's encoder has 'gelu'")
    if config.max_position_embeddings < TOKENS:
        faults.append(f"it reads {config.max_position_embeddings} positions; planie's windows have {TOKENS}")
    return faults


def tokens_of(vocabulary: Mapping[str, int], size: int) -> tuple[str, ...]:
    """Return the tokens in the order of their ids, one for each row of the matrix: rows without one get a name."""
    tokens = [f"[unused-{i}]" for i in range(size)]
    for token, i in vocabulary.items():
        if i < size:
            tokens[i] = token
    return tuple(tokens)


def missing_tokens(tokens: Sequence[str]) -> list[str]:
    """Return which of the four special tokens a vocabulary lacks."""
    return [token for token in (PAD, UNK, CLS, SEP) if token not in tokens]
