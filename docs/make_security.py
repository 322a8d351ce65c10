"""Write the table of attacks in `docs/security.md`: `python docs/make_security.py`.

The table comes from the docstrings of `tests/hostile/`; the words around it are written by hand.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

__all__ = ["PAGE", "text"]

PAGE = Path(__file__).with_name("security.md")
_CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus.py"
_TABLES = re.compile(
    r"(?<=<!-- attacks: generated, do not edit -->\n).*?(?=<!-- attacks: end -->)", re.DOTALL
)
_GAINS = re.compile(
    r"(?<=<!-- gains: generated, do not edit -->\n).*?(?=<!-- gains: end -->)", re.DOTALL
)


def text() -> str:
    """Return the page, with the tables as they should be."""
    corpus = _load_corpus()
    attacks = corpus.attacks()
    families: dict[str, list[Any]] = {}
    for attack in attacks:
        title = corpus.FAMILIES.get(attack.family, "On cage and judge")
        families.setdefault(title, []).append(attack)
    tables = [f"There are {len(attacks)} attacks.\n"]
    tables += [_family(title, families[title]) for title in sorted(families)]
    page = _TABLES.sub(lambda _: "\n" + "\n".join(tables) + "\n", PAGE.read_text(encoding="utf-8"))
    gaining = [attack for attack in attacks if attack.gains]
    return _GAINS.sub(lambda _: "\n" + _of_gains(gaining) + "\n", page)


def _load_corpus() -> Any:
    spec = importlib.util.spec_from_file_location("corpus", _CORPUS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpus"] = module
    spec.loader.exec_module(module)
    return module


def _family(title: str, attacks: list[Any]) -> str:
    rows = [
        "",
        f"### {title}",
        "",
        "| attack | what it tries | what stops it, or is expected | levels |",
    ]
    rows.append("| --- | --- | --- | --- |")
    for attack in attacks:
        stopped_by = _cell(attack.stopped_by) or "see the file"
        levels = ", ".join(attack.levels) or "the best there is"
        rows.append(
            f"| `{attack.name}` | {_cell(attack.sentence)} | {stopped_by} | {_cell(levels)} |"
        )
    return "\n".join(rows)


def _of_gains(attacks: list[Any]) -> str:
    if not attacks:
        return "None is known."
    rows = ["| attack | exercise | deserves | gets |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{a.name}` | {a.exercise} | {a.earns:g} | {a.earns + a.gains:g} |" for a in attacks
    ]
    return "\n".join(rows)


def _cell(words: str) -> str:
    """Return *words* as they may stand in a table."""
    return " ".join(words.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
