"""Checkpoints that survive being killed: which are whole, which one a run goes on from, which may go.

Enters: the folder of a run. A checkpoint counts when its list of files (``planie.json``, written last) is
there and every file has the size that the list says, and when the best one so far, which its state names,
counts too. What is no longer needed is renamed before it is deleted, so that no half of it is ever read.
``run.json`` says what the run is of: another configuration or other data cannot go on from it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from planie.errors import ConfigError
from planie.replacing import replacing

SEAL: Final = "planie.json"
STATE: Final = "trainer_state.json"
RUN: Final = "run.json"


def seal(checkpoint: Path) -> None:
    """Say that *checkpoint* is whole."""
    sizes = {p.relative_to(checkpoint).as_posix(): p.stat().st_size for p in checkpoint.rglob("*") if p.is_file()}
    _write(checkpoint / SEAL, {"files": {k: v for k, v in sizes.items() if not k.startswith(SEAL)}})


def whole(checkpoint: Path) -> bool:
    """Whether every file of *checkpoint* is there in full."""
    sizes = _read(checkpoint / SEAL).get("files")
    if not isinstance(sizes, dict) or STATE not in sizes:
        return False
    files = {name: checkpoint / name for name in sizes}
    return all(file.is_file() and file.stat().st_size == sizes[name] for name, file in files.items())


def state_of(checkpoint: Path) -> dict[str, Any]:
    """Return the state that transformers keeps in a checkpoint."""
    return _read(checkpoint / STATE)


def latest(run: Path) -> Path | None:
    """Return the last checkpoint that a run can go on from, and clear away what was half written."""
    if run.is_dir():
        for path in [*run.glob("checkpoint-*"), *run.glob(".gone-*")]:
            if path.name.startswith(".gone-") or not whole(path):
                discard(path)
    for path in sorted(run.glob("checkpoint-*"), key=_step, reverse=True):
        best = state_of(path).get("best_model_checkpoint")
        if best is None or whole(run / Path(best).name):
            return path
    return None


def rotate(run: Path, *, best: str | None) -> None:
    """Keep the last whole checkpoint and the best one."""
    found = sorted((p for p in run.glob("checkpoint-*") if whole(p)), key=_step)
    keep = {p.name for p in found[-1:]} | ({Path(best).name} if best else set())
    for path in run.glob("checkpoint-*"):
        if path.name not in keep:
            discard(path)


def discard(path: Path) -> None:
    """Delete a folder, which is not half there at any moment."""
    gone = path if path.name.startswith(".gone-") else path.with_name(f".gone-{path.name}")
    if gone != path:
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(path, gone)
    shutil.rmtree(gone, ignore_errors=True)


def open_run(run: Path, identity: Mapping[str, Any], *, resume: bool) -> bool:
    """Prepare the folder of a run; return whether its training is already done.

    Raises:
        ConfigError: there is an unfinished run and *resume* was not asked for, or the run that is to go
            on was of something else.
    """
    old = _read(run / RUN)
    started = any(run.glob("checkpoint-*")) and bool(old)
    if resume and started:
        wanted = json.loads(json.dumps(identity))
        other = [k for k in sorted({*wanted, *old.get("of", {})}) if wanted.get(k) != old.get("of", {}).get(k)]
        if other:
            raise ConfigError(
                f"{run}: cannot resume, for {', '.join(other)} changed since that run began; "
                "put back what it was, or give another output"
            )
        return bool(old.get("trained"))
    if started and not old.get("trained"):
        raise ConfigError(f"{run}: an interrupted run is here; go on with --resume, or give another output")
    for path in [*run.glob("checkpoint-*"), *run.glob(".gone-*")]:
        discard(path)
    run.mkdir(parents=True, exist_ok=True)
    _write(run / RUN, {"of": dict(identity), "trained": False})
    return False


def close_run(run: Path) -> None:
    """Say that the training of a run is done."""
    _write(run / RUN, {**_read(run / RUN), "trained": True})


def _step(path: Path) -> int:
    tail = path.name.rpartition("-")[2]
    return int(tail) if tail.isdigit() else -1


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    with replacing(path) as file:
        file.write((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
