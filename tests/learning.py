"""What the tests of fine-tuning share: small annotated plans, a tiny start, a configuration for them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from planie.annotations import Document, from_dict, to_dict, write
from planie.learn.config import FinetuneConfig

PLACES = "云台 青溪 松阳 柳河 望江 泽州 禾丰 岚山 汐门 翠屏 枫林 黛湖".split()
THINGS = "幼儿园 食堂 操场 图书室 实验室 宿舍 礼堂 机房 舞蹈室 校医室 琴房 车棚".split()
VERBS = "新建 改建 扩建 维修".split()


def document(i: int, *, name: str | None = None) -> Document:
    """Return plan *i*: no two of them share half of their text."""
    place, thing, verb = PLACES[i % 12], THINGS[(5 * i) % 12], VERBS[i % 4]
    other = THINGS[(7 * i + 3) % 12]
    spans = [
        ("TIME", f"{2015 + i}年"),
        ("ORG", f"{place}县教育局"),
        ("PROGRAM", f"{place}{thing}工程"),
        ("ACTION", verb),
        ("METRIC", f"{place}{other}"),
        ("VALUE", f"{3 + i}所"),
    ]
    time, org, program, action, metric, value = (said for _, said in spans)
    text = (
        f"{place}工作计划\n{time},{org}实施“{program}”,{action}{metric}{value}。{place * 3}{thing}{other * 2}{verb}。\n"
    )
    entities = [{"id": label, "label": label, "start": (at := text.index(s)), "end": at + len(s)} for label, s in spans]
    roles = {"metric": "METRIC", "action": "ACTION", "when": "TIME", "program": "PROGRAM", "org": "ORG"}
    return from_dict(
        {
            "id": name or f"plan-{i}",
            "text": text,
            "entities": entities,
            "frames": [{"value": "VALUE", "status": "planned", "roles": roles}],
            "programs": [{"program": "PROGRAM", "roles": {"org": "ORG", "when": "TIME"}}],
        }
    )


def save_corpus(path: Path, numbers: range) -> str:
    """Write plans as JSON lines."""
    write(path, [to_dict(document(i)) for i in numbers])
    return str(path)


def save_start(folder: Path, characters: str | None = None) -> str:
    """Write a model folder with a tiny random encoder."""
    import torch

    from planie import bundle
    from planie.nets import EncoderConfig, Reader
    from planie.windows import CLS, PAD, SEP, UNK

    text = characters or "".join(document(i).text for i in range(24))
    tokens = (PAD, UNK, CLS, SEP, *sorted(set(text) - {"\n"}))
    torch.manual_seed(7)
    sizes = EncoderConfig(len(tokens), 16, 1, 2, 32, 128)
    bundle.save(folder, bundle.BundleConfig("tiny", "0", asdict(sizes)), tokens, Reader(sizes))
    return str(folder)


def settings(folder: Path, **other: Any) -> dict[str, Any]:
    """Write the corpora and the start into *folder*, and return a configuration's keys."""
    return {
        "name": "tiny",
        "version": "1",
        "start": save_start(folder / "start"),
        "train": [save_corpus(folder / "train.jsonl", range(8))],
        "dev": [save_corpus(folder / "dev.jsonl", range(8, 11))],
        "output": str(folder / "out"),
        "epochs": 3,
        "batch": 4,
        **other,
    }


def config(folder: Path, **other: Any) -> FinetuneConfig:
    """Return the configuration itself."""
    return FinetuneConfig(**settings(folder, **other))


def save_config(folder: Path, **other: Any) -> Path:
    """Write it as TOML (JSON's strings, numbers and lists are TOML's, too)."""
    import json

    path = folder / "config.toml"
    rows = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings(folder, **other).items())
    path.write_text("".join(rows), "utf-8")
    return path
