"""The command line as it is: one section a command, from the commands themselves.

Enters: a page with ``<!-- command: extract -->``. Leaves: the page with the command's usage, what it says
of itself, and a table of its options. ``<!-- other commands -->`` stands for those that the page does not name.
"""

from __future__ import annotations

import re
from typing import Any

_ASKED = re.compile(r"^<!-- command: ([\w-]+) -->$", re.MULTILINE)
_OTHERS = "<!-- other commands -->"


def asked(markdown: str) -> list[str]:
    """Return the commands that a page shows."""
    return _ASKED.findall(markdown)


def described(markdown: str) -> str:
    """Return the page with its commands described."""
    from planie.cli import cli

    others = [name for name in cli.commands if name not in asked(markdown)]
    rest = "\n\n".join(f"## {name}\n\n{_command(name)}" for name in others)
    return _ASKED.sub(lambda found: _command(found[1]), markdown.replace(_OTHERS, rest))


def _command(name: str) -> str:
    import click

    from planie.cli import cli

    command = cli.commands[name]
    context = click.Context(command, info_name=f"planie {name}")
    usage = " ".join([f"planie {name}", *command.collect_usage_pieces(context)])
    said = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    options = [p for p in command.params if isinstance(p, click.Option)]
    rows = [f"| `{_names(p, context)}` | {_help(p)} |" for p in options]
    table = "\n".join(["| option | |", "| --- | --- |", *rows])
    return f"```text\n{usage}\n```\n\n{said}\n\n{table}" if rows else f"```text\n{usage}\n```\n\n{said}"


def _names(option: Any, context: Any) -> str:
    """Return an option's names and what goes behind them: ``-o, --output OUT``."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    return (
        names if option.is_flag else f"{names} {option.make_metavar(context)}"
    )  # a pipe between backticks ends no cell


def _help(option: Any) -> str:
    shown = f" [default: `{option.default}`]" if option.show_default else ""
    must = " Required." if option.required else ""
    return f"{option.help or ''}{must}{shown}".replace("|", "\\|")
