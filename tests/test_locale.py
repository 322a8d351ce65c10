"""The engine's sentences in other languages are all there, and fit the English ones."""

from __future__ import annotations

import importlib.util
import re
import string
from pathlib import Path

import pytest

from autograder.language import LANGUAGES, speaking, tr, trn

pytest.importorskip("babel")

_ROOT = Path(__file__).resolve().parents[1]
_HIDDEN_FROM_BABEL = re.compile(r"""\b(?:tr|trn|marked)\(\s*(?:f["']|[rbu]["'])""")

each_language = pytest.mark.parametrize("language", LANGUAGES[1:])


@pytest.fixture(scope="module")
def make_locale():
    """Give the script that writes the catalogues."""
    path = _ROOT / "docs" / "make_locale.py"
    spec = importlib.util.spec_from_file_location("make_locale", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _kept(make_locale, language):
    from babel.messages.pofile import read_po

    with make_locale.po_of(language).open("rb") as file:
        return read_po(file, locale=language)


def _told(message):
    return message.string if message.pluralizable else (message.string,)


def _placeholders(sentence):
    return {(name, spec, how) for _, name, spec, how in string.Formatter().parse(sentence) if name}


@each_language
def test_a_catalogue_has_exactly_what_the_code_says(make_locale, language):
    """No sentence is missing in the catalogue, and none is left of what is not said any more."""
    said = {str(m.id) for m in make_locale.extracted() if m.id}
    kept = {str(m.id) for m in _kept(make_locale, language) if m.id}

    assert len(said) > 200
    assert sorted(said - kept) == [], "run: python docs/make_locale.py"
    assert sorted(kept - said) == [], "run: python docs/make_locale.py"


@each_language
def test_every_sentence_is_translated(make_locale, language):
    """No translation is empty, and none is a guess."""
    catalog = _kept(make_locale, language)

    assert [m.id for m in catalog if m.id and not all(_told(m))] == []
    assert [m.id for m in catalog if m.id and m.fuzzy] == []
    assert not catalog.obsolete


@each_language
def test_a_translation_has_the_placeholders_of_its_sentence(make_locale, language):
    """Each form names what the English one names, written in the same way."""
    for message in _kept(make_locale, language):
        if message.id:
            english = message.id[-1] if message.pluralizable else message.id
            for form in _told(message):
                assert _placeholders(form) == _placeholders(english), message.id


@each_language
def test_a_translation_begins_and_ends_as_its_sentence_does(make_locale, language):
    """Blanks around a sentence, by which it is put beside another, are those of the English one."""
    for message in _kept(make_locale, language):
        english = message.id[-1] if message.pluralizable else message.id
        for form in _told(message) if english else ():
            assert form[:1].isspace() == english[:1].isspace(), message.id
            assert form[-1:].isspace() == english[-1:].isspace(), message.id


@each_language
def test_the_compiled_catalogue_is_up_to_date(make_locale, language):
    """What is read when a sentence is said is what the `.po` says."""
    compiled = make_locale.po_of(language).with_suffix(".mo")

    expected = make_locale.compiled(make_locale.updated(language))
    assert compiled.read_bytes() == expected, "run: python docs/make_locale.py"


def test_every_sentence_can_be_found_in_the_code():
    """A sentence that is put together before it is translated is in no catalogue."""
    sources = [*(_ROOT / "autograder").rglob("*.py"), _ROOT / "cli.py"]
    hidden = [
        f"{path.relative_to(_ROOT)}: {found[0]}"
        for path in sources
        for found in _HIDDEN_FROM_BABEL.finditer(path.read_text(encoding="utf-8"))
    ]

    assert hidden == []


def test_a_sentence_is_said_in_the_language_that_is_spoken():
    """Inside `speaking` it is Italian, with plurals; outside it is English again."""
    with speaking("it"):
        inside = tr("Hint: {hint}", hint="x"), trn("{n} check", "{n} checks", 1)
        many = trn("{n} check", "{n} checks", 2)

    assert inside == ("Suggerimento: x", "1 controllo")
    assert many == "2 controlli"
    assert tr("Hint: {hint}", hint="x") == "Hint: x"


def test_what_stands_in_for_a_placeholder_is_not_read_as_one():
    """A student's braces are shown, not filled in."""
    with speaking("it"):
        said = tr("Hint: {hint}", hint="{hint!r} {0.__class__}")

    assert said == "Suggerimento: {hint!r} {0.__class__}"


def test_nothing_said_is_nothing_in_every_language():
    """A catalogue keeps its own facts under the empty sentence; they are not said."""
    with speaking("it"):
        assert tr("") == ""
