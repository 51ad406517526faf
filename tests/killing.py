"""Run as a script: fine-tune as a configuration says in forks, each of which dies at another of its writes.

``python killing.py CONFIG 1 2 3`` forks three times, the first dying at its first write into the output
folder, and writes how many died. ``-300`` dies after 300 milliseconds, wherever it
is then. Everything is imported before, so that a fork takes a second.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from planie import bundle
from planie.errors import require
from planie.learn.config import load_config
from planie.learn.train import finetune

_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")


def killer(writes: int) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that kills this process before its *writes*-th change of the output folder."""
    left = [writes]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writing = event in _CHANGES or (event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR)))
        if writing and "/out/" in str(arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


def main() -> None:
    """Fork, wait, count."""
    config, deaths = load_config(sys.argv[1]), 0
    for library in ("transformers.trainer", "datasets", "seqeval.metrics", "sklearn.linear_model"):
        require(library, extra="train")
    bundle.load(config.start)
    for writes in map(int, sys.argv[2:]):
        child = os.fork()
        if child == 0:
            if writes > 0:
                sys.addaudithook(killer(writes))
            else:
                signal.setitimer(signal.ITIMER_REAL, -writes / 1000)  # nobody handles it: it ends the process
            finetune(config, resume=True)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            deaths += 1
        elif status:
            sys.exit(f"the run that was to die at write {writes} failed")
    sys.stdout.write(f"{deaths}\n")


if __name__ == "__main__":
    main()
