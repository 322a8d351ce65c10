"""The language in which a person is spoken to: English, or what the catalogue of another has.

A sentence stands in the code in English, with named placeholders, and is translated where it is
said. Names of checks, verdicts and fields of a report are no sentences and stay as they are.
The catalogues are `locale/<language>/LC_MESSAGES/torchgrade.po`, compiled by `docs/make_locale.py`.
"""

from __future__ import annotations

import contextlib
import os
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LANGUAGES", "chosen", "language", "marked", "speaking", "tr", "trn"]

LANGUAGES = ("en", "it")
"""English first: it is what the code is written in."""
_VARIABLE = "TORCHGRADE_LANG"
_LOCALE = Path(__file__).with_name("locale")
_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def language() -> str:
    """Return the language that is spoken now."""
    return _spoken.get()


@contextlib.contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak the language *name* meanwhile, in this thread."""
    token = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(token)


def chosen(named: str | None, of_course: Callable[[], str | None] = lambda: None) -> str:
    """Return the language to speak: the first of these that is one of ours.

    It is *named* on the command line, else `$TORCHGRADE_LANG`, else that *of_course*, else that of
    the locale, else English.
    """
    for wish in (named, os.environ.get(_VARIABLE)):
        if (known := (wish or "").lower()[:2]) in LANGUAGES:
            return known
    return of_course() or _of_locale()


def _of_locale() -> str:
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as everywhere
    locale = next((v for name in variables if (v := os.environ.get(name))), "")
    return locale[:2] if locale[:2] in LANGUAGES else LANGUAGES[0]


def marked(sentence: str) -> str:
    """Return *sentence* as it is: it is translated later, where it is said."""
    return sentence


def tr(sentence: str, /, **facts: Any) -> str:
    """Return *sentence* in the language that is spoken, with *facts* for its placeholders."""
    # The empty sentence is where a catalogue keeps what it says about itself.
    said = _catalogue(_spoken.get()).gettext(sentence) if sentence else ""
    return said.format(**facts) if facts else said


def trn(one: str, many: str, number: int, /, **facts: Any) -> str:
    """Return *one* or *many*, as *number* asks for, as `tr` does; `{n}` is the number."""
    return _catalogue(_spoken.get()).ngettext(one, many, number).format(n=number, **facts)


@cache
def _catalogue(name: str) -> NullTranslations:
    path = _LOCALE / name / "LC_MESSAGES" / "torchgrade.mo"
    if name == LANGUAGES[0] or not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)
