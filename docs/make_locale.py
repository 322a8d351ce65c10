"""Write the catalogues of the engine's sentences: `python docs/make_locale.py`.

It finds what the code says to students (`tr`, `trn`, `marked`, the help of their commands), brings
`torchgrade.po` up to date with it, keeps every translation that still fits, and compiles it. A new
sentence is in the `.po` with an empty `msgstr`, to be filled in before this is run once more.
"""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autograder import __version__
from autograder.language import LANGUAGES
from autograder.staff import COMMANDS
from cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROOT", "compiled", "extracted", "po_of", "updated"]

ROOT = Path(__file__).resolve().parents[1]
_METHODS = [("**.py", "python"), ("**/templates/*.html", "jinja2.ext:babel_extract")]
_KEYWORDS = {"tr": None, "marked": None, "trn": (1, 2)}
_WIDTH = 100
_WRITTEN = datetime(2026, 11, 24, tzinfo=UTC)


def po_of(language: str) -> Path:
    """Return where the catalogue of *language* is kept; the compiled one lies beside it."""
    return ROOT / "autograder" / "locale" / language / "LC_MESSAGES" / "torchgrade.po"


def extracted() -> Catalog:
    """Return every sentence that is said to students, in English."""
    found = Catalog(fuzzy=False)
    for path, _, message, comments, _ in extract_from_dir(
        str(ROOT / "autograder"), _METHODS, keywords=_KEYWORDS
    ):
        found.add(message, locations=[(f"autograder/{path}", None)], auto_comments=comments)
    for path, _, message, comments, _ in extract_from_dir(
        str(ROOT), [("cli.py", "python")], keywords=_KEYWORDS
    ):
        found.add(message, locations=[(path, None)], auto_comments=comments)
    for sentence in _helps():
        found.add(sentence, locations=[("cli.py", None)])
    return found


def _helps() -> Iterator[str]:
    """Yield the help of the commands that students use, and of their options."""
    commands = [main, *(c for c in main.commands.values() if c not in COMMANDS)]
    for command in commands:
        yield inspect.cleandoc(command.help or "")
        yield from (p.help for p in command.params if isinstance(p, click.Option) and p.help)


def updated(language: str) -> Catalog:
    """Return the catalogue of *language* with exactly the sentences that are said now."""
    found, path = extracted(), po_of(language)
    known = Catalog()
    if path.is_file():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    told = Catalog(
        locale=language,
        domain="torchgrade",
        project="torchgrade",
        version=__version__,
        msgid_bugs_address="the course's authors",
        last_translator="The torchgrade authors",
        language_team="The torchgrade authors",
        creation_date=_WRITTEN,  # the same file for the same sentences
        revision_date=_WRITTEN,
        fuzzy=False,
        header_comment="# What torchgrade says to students; written by docs/make_locale.py.",
    )
    for message in sorted(found, key=lambda m: (m.locations, str(m.id))):
        if message.id:
            before = known.get(message.id)
            empty = ("", "") if message.pluralizable else ""
            string = before.string if before else empty
            told.add(message.id, string=string, locations=message.locations, flags=message.flags)
    return told


def compiled(catalog: Catalog) -> bytes:
    """Return *catalog* as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _write(language: str) -> None:
    catalog, path = updated(language), po_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=_WIDTH, include_lineno=False, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(catalog))
    empty = sum(not any(m.string if m.pluralizable else [m.string]) for m in catalog if m.id)
    print(f"{language}: {len(catalog)} sentences, {empty} still to translate")


if __name__ == "__main__":
    for each in LANGUAGES[1:]:
        _write(each)
