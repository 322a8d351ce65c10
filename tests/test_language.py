"""Which language is spoken, and that every command speaks it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.course.rules import told_catalog
from autograder.language import chosen, language
from cli import main

_NAMES = ("TORCHGRADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def variables(monkeypatch):
    """Give a function that sets the variables that choose, and no others of them."""

    def put(**named):
        for name in _NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in named.items():
            monkeypatch.setenv(name, value)

    put()
    return put


def test_english_is_what_nobody_chose(variables):
    """Without a word from anybody it is English."""
    variables()

    assert chosen(None) == "en"


def test_each_place_gives_way_to_the_one_before(variables):
    """The option comes before the variable, that before the course, that before the locale."""
    variables(LANG="it_IT.UTF-8")
    assert chosen(None) == "it"
    assert chosen(None, lambda: "en") == "en"
    variables(LANG="en_GB.UTF-8", TORCHGRADE_LANG="it")
    assert chosen(None, lambda: "en") == "it"
    assert chosen("en", lambda: "it") == "en"


def test_the_first_locale_that_is_set_decides(variables):
    """`LC_ALL` comes before `LANG`, also where its language is none of ours."""
    variables(LC_ALL="C.UTF-8", LANG="it_IT.UTF-8")

    assert chosen(None) == "en"


@pytest.mark.parametrize("named", ["de", "", "italiano!", "IT", "it_IT.UTF-8"])
def test_a_variable_of_another_language_chooses_nothing(variables, named):
    """What is none of our languages is passed over; case and region are no difference."""
    variables(TORCHGRADE_LANG=named)

    assert chosen(None) == ("it" if named.lower().startswith("it") else "en")


@pytest.mark.parametrize("arguments", [["--lang", "it", "--help"], ["--help", "--lang=it"]])
def test_help_is_in_the_language_that_was_named(grade, arguments):
    """Usage, options and commands are Italian, wherever the option stands; then it is over."""
    said = grade(*arguments).stdout

    assert "Uso: " in said
    assert "Opzioni:" in said
    assert "Mostra gli esercizi in ordine, e a che punto sei." in said
    assert "Show this message" not in said
    assert language() == "en"


def test_help_of_a_command_is_in_that_language(grade):
    """A command's own help is Italian, with what Click adds."""
    said = grade("--lang", "it", "train", "--help").stdout

    assert "Addestra una rete" in said
    assert "[predefinito: digits]" in said
    assert "default" not in said


def test_help_is_english_after_italian(grade):
    """Translating help leaves the commands as they are."""
    before = grade("check", "--help").stdout
    grade("--lang", "it", "check", "--help")

    assert grade("check", "--help").stdout == before
    assert main.commands["check"].help.startswith("Run the public checks")


def test_a_course_says_its_language(grade, course, variables):
    """`language` in `course.toml` is spoken where nothing else was asked for."""
    variables()
    (course.root / "course.toml").write_text('language = "it"\n')

    assert "da iniziare" in grade("list").stdout
    assert "open" in grade("--lang", "en", "list").stdout


def test_errors_are_in_that_language(grade):
    """What the student can put right is said in Italian, on stderr, with exit code 1."""
    result = grade("--lang", "it", "start", "addr")

    assert result.exit_code == 1
    assert "Errore: Nessun esercizio si chiama 'addr'. Intendevi 'adder'?" in result.stderr


def test_a_course_with_another_language_is_refused(grade, course):
    """Where the rules of the course are read, the sentence names the languages there are."""
    (course.root / "course.toml").write_text('language = "de"\n')

    result = grade("class", str(course.root))

    assert result.exit_code == 1
    assert "language is 'de'; it may be 'en' or 'it'." in result.stderr


def test_json_is_the_same_in_both(grade):
    """Names of fields and states are no sentences."""
    assert grade("list", "--json").stdout == grade("--lang", "it", "list", "--json").stdout


def test_help_in_italian_loads_nothing_heavy():
    """Neither babel nor torch nor pytest is needed to say it."""
    code = (
        "import sys; from cli import main; main(['--lang', 'it', '--help'], standalone_mode=False);"
        "print({'babel', 'torch', 'pytest', 'jinja2'} & set(sys.modules), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "Opzioni" in done.stdout
    assert done.stderr.strip() == "set()"


def test_without_a_command_line_the_course_is_told_in_its_language(course, variables):
    """A notebook and nbgrader speak what the environment or the course says."""
    variables()
    assert told_catalog(course.root).language == "en"

    (course.root / "course.toml").write_text('language = "it"\n')

    assert told_catalog(course.root).language == "it"
    variables(TORCHGRADE_LANG="en")
    assert told_catalog(course.root).language == "en"
