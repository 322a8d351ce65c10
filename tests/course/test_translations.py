"""What a course says in another language: read, told, and whole."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.course.hints import hints_of, parse_hints
from autograder.course.phrases import literals_of, phrases_of
from autograder.course.translations import is_translation, lesson_of, told_in
from autograder.course.workspace import Workspace
from autograder.errors import CourseError
from autograder.judging.mistakes import read_mistakes

_ROOT = Path(__file__).resolve().parents[2]
_TINY = _ROOT / "tests" / "tiny_course"
_SECTIONS = [
    "Obiettivo",
    "Contesto",
    "Che cosa implementare",
    "Come viene valutato",
    "Suggerimenti",
]
_FILES = ("assignments/{}/README.it.md", "assignments/{}/it.toml", "solutions/{}/it.toml")
_TRANSLATED = [e.id for e in Catalog(_ROOT).exercises]


@pytest.fixture
def italian(tmp_path, italian_course):
    """Give the tiny course, with its Italian half, told in Italian."""
    return Catalog(italian_course(tmp_path / "course"), "it")


def test_titles_and_summaries_are_told_in_italian(italian):
    """An exercise of a course that is told in Italian has its Italian title."""
    exercise = italian["counter"]

    assert (exercise.title, exercise.summary) == ("Contatore", "Somma dei tensori.")
    assert Catalog(italian.root)["counter"].title == "Counter"


def test_an_exercise_without_italian_is_told_in_english(tmp_path):
    """Where there is no `it.toml` and no `README.it.md`, everything is English."""
    shutil.copytree(_TINY, tmp_path / "course")

    exercise = Catalog(tmp_path / "course", "it")["counter"]

    assert exercise.title == "Counter"
    assert lesson_of(exercise).name == "README.md"
    assert hints_of(exercise)[0].title == "where?"


def test_hints_come_from_the_italian_lesson(italian):
    """The heading and the numbers of the Italian lesson are known."""
    hints = hints_of(italian["counter"])

    assert [hint.title for hint in hints] == ["dove?", "il primo", "sul posto"]
    assert hints_of(Catalog(italian.root)["counter"])[0].title == "where?"


def test_the_italian_lesson_is_put_beside_the_english_one(italian, tmp_path):
    """Who starts in Italian gets both lessons; who starts in English gets one."""
    started = Workspace(tmp_path / "it").start(italian["counter"])
    in_english = Workspace(tmp_path / "en").start(Catalog(italian.root)["counter"])

    assert {"README.md", "README.it.md"} <= set(started.created)
    assert "Read README.it.md" in started.in_words()
    assert not [name for name in in_english.created if is_translation(name)]
    assert not [name for name in started.created if name.endswith("it.toml")]


def test_an_unknown_key_is_refused(italian):
    """A misspelt key would be a sentence that nobody ever reads."""
    folder = italian["counter"].public
    (folder / "it.toml").write_text('titel = "Contatore"\n')

    with pytest.raises(CourseError, match=r"it\.toml: .*titel"):
        told_in(folder, "it")


# The course of this repository: an exercise that has any Italian file has all of them, whole.


@pytest.mark.parametrize("exercise_id", _TRANSLATED)
def test_a_translated_exercise_has_everything_in_italian(exercise_id):
    """Lesson, titles, hints and mistakes are all there, key by key."""
    assert untranslated(Catalog(_ROOT)[exercise_id]) == []


def test_the_tiny_course_in_italian_is_whole(italian):
    """The comparison finds nothing where nothing is missing."""
    assert untranslated(italian["counter"]) == []


@pytest.mark.parametrize("file", _FILES)
def test_a_missing_file_is_found(italian, file):
    """Each of the three files is missed."""
    (italian.root / file.format("counter")).unlink()

    assert untranslated(Catalog(italian.root)["counter"])


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("assignments/counter/it.toml", 'title = "Contatore"', ""),
        ("assignments/counter/it.toml", "two_parts = ", "three_parts = "),
        ("solutions/counter/it.toml", "negates = ", "denies = "),
        ("solutions/counter/it.toml", '"add() changed', '"add() altered'),
        ("solutions/counter/it.toml", '"add() ha', '"{} ha'),
        ("solutions/counter/suite/test_correctness.py", '"add() changed', '"{part} changed'),
        ("solutions/counter/it.toml", "[hints]", '[hints]\ntwo_parts = "di troppo"'),
        ("assignments/counter/README.it.md", "## Contesto", "## Sfondo"),
        ("assignments/counter/README.it.md", "Suggerimento 3", "Aiuto 3"),
    ],
)
def test_what_is_missing_or_too_much_is_found(italian, file, old, new):
    """A key that is lacking, misspelt or more, a section and a hint are each missed."""
    path = italian.root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    assert untranslated(Catalog(italian.root)["counter"])


def untranslated(exercise):
    """Return what *exercise* lacks in Italian, or has too much of."""
    found = [
        f"{file.format(exercise.id)} is missing"
        for file in _FILES
        if not (exercise.public.parents[1] / file.format(exercise.id)).is_file()
    ]
    if found:
        return found
    lesson = (exercise.public / "README.it.md").read_text(encoding="utf-8")
    if re.findall(r"^## (.+)$", lesson, re.MULTILINE) != _SECTIONS:
        found.append(f"the sections of README.it.md are not {_SECTIONS}")
    wanted = len(parse_hints((exercise.public / "README.md").read_text(encoding="utf-8")))
    if len(re.findall(r"<summary>Suggerimento \d: ", lesson)) != wanted:
        found.append(f"README.it.md has not the {wanted} hints of README.md")
    public, secret = told_in(exercise.public, "it"), told_in(exercise.secret, "it")
    found += [
        f"it.toml has no {name}" for name in ("title", "summary") if not getattr(public, name)
    ]
    mistakes = {m.name for m in read_mistakes(exercise.secret / "mistakes")}
    for told, suite, sentences in ((public, Suite.PUBLIC, set()), (secret, Suite.HIDDEN, mistakes)):
        titles, hints = _checks(exercise.suite_folder(suite))
        for table, expected in (("titles", titles), ("hints", hints), ("mistakes", sentences)):
            entries = getattr(told, table)
            lacking, extra = expected - entries.keys(), entries.keys() - expected
            found += [f"[{table}] of the {suite} half lacks {name}" for name in sorted(lacking)]
            found += [f"[{table}] of the {suite} half has {name}" for name in sorted(extra)]
            found += [f"{name} in [{table}] says nothing" for name in entries if not entries[name]]
        found += _of_messages(exercise.suite_folder(suite), told.messages)
    return found


def _of_messages(suite, messages):
    """Return which phrases of *suite* have no translation, and which translations are of none."""
    lacking, extra = phrases_of(suite) - messages.keys(), messages.keys() - literals_of(suite)
    found = [f"[messages] of {suite} lacks {phrase!r}" for phrase in sorted(lacking)]
    found += [f"[messages] has {phrase!r}, and {suite} does not" for phrase in sorted(extra)]
    for english, other in messages.items():
        holes, count = re.findall(r"\{(\d*)\}", other), english.count("{}")
        if sorted(holes) not in ([""] * count, [str(i) for i in range(count)]):
            found.append(f"{other!r} has other values than {english!r}")
    return found


def _checks(folder):
    """Return the names of the checks in *folder*, and of those with a hint of their own."""
    titles, hints = set(), set()
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                call = decorator if isinstance(decorator, ast.Call) else None
                if ast.unparse(call.func if call else decorator) == "check":
                    name = node.name.removeprefix("test_")
                    titles.add(name)
                    if call and any(keyword.arg == "hint" for keyword in call.keywords):
                        hints.add(name)
    return titles, hints
