"""Write `docs/cli.md` from the help of every command: `python docs/make_cli.py`."""

from __future__ import annotations

from pathlib import Path

import click

from cli import main

__all__ = ["PAGE", "text"]

PAGE = Path(__file__).with_name("cli.md")
_WIDTH = 80
_INTRODUCTION = """\
# The `grade` command

This page is generated from `--help`: change the words in `cli.py` or `autograder/staff.py`, then run `python docs/make_cli.py`.

ID is an exercise's id, as `grade list` shows it.
Without an ID, `grade check` and `grade hint` are about the exercise in whose folder you are, else the first that you have begun and not passed; `grade feedback` shows the newest report; `grade audit` takes all exercises.

| exit code | meaning |
| --- | --- |
| 0 | Done; for `grade check`: every check passed; for `grade audit`: every exercise is sound; for `grade class`: whatever the scores are. |
| 1 | Not everything passed, or something that you can put right; one line on stderr says what. |
| 2 | The command line is not as it should be. |
| 3 | A bug in the grader, or a check that it could not judge. |
| 130 | Interrupted with Ctrl-C; files and earlier results are as they were, and `grade class` goes on where it stopped. |

With `--json`, stdout carries JSON and nothing else; what is said to you goes to stderr.
A report in JSON is described in [report-format.md](report-format.md).

| variable | effect |
| --- | --- |
| `TORCHGRADE_COURSE` | The course, where `--course` names none. |
| `TORCHGRADE_LEDGER` | The ledger, where `--ledger` names none; else what `course.toml` says, else `ledger.sqlite` in the course. |
| `TORCHGRADE_SECRET` | The course's secret, in the place of the file `solutions/.secret`. |
| `TORCHGRADE_LANG` | The language, `en` or `it`, where `--lang` names none; see [languages.md](languages.md). |
| `NO_COLOR` | Output without colours. |
"""


def text() -> str:
    """Return the page."""
    root = click.Context(main, info_name="grade", terminal_width=_WIDTH)
    sections = [_INTRODUCTION, _section(root, "grade")]
    for name, command in main.commands.items():
        context = click.Context(command, info_name=name, parent=root)
        sections.append(_section(context, f"grade {name}"))
        for inner, below in getattr(command, "commands", {}).items():
            own = click.Context(below, info_name=inner, parent=context)
            sections.append(_section(own, f"grade {name} {inner}"))
    return "\n".join(sections)


def _section(context: click.Context, name: str) -> str:
    return f"## {name}\n\n```text\n{context.get_help()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
