"""What an exercise lacks is seen in its files, and said with file and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.course.completeness import MARKER, shortcomings, strays, to_fill
from autograder.course.exercise import Exercise
from autograder.errors import CourseError

_HINT = "<details><summary>Hint: more</summary>look</details>\n"
_ROOT = Path(__file__).resolve().parents[2]
_TINY = _ROOT / "tests" / "tiny_course"


@pytest.fixture
def root(tmp_path):
    """Give a copy of the tiny course."""
    ignored = shutil.ignore_patterns("__pycache__", ".secret")
    return shutil.copytree(_TINY, tmp_path / "course", ignore=ignored)


def _found(root):
    return list(
        shortcomings(Exercise.load(root / "assignments/counter", root / "solutions/counter"))
    )


def _change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("exercise", Catalog(_ROOT).everything, ids=lambda exercise: exercise.id)
def test_our_own_exercises_lack_nothing(exercise):
    """Drafts included."""
    assert list(shortcomings(exercise)) == []
    assert to_fill(exercise) == ()


def test_the_tiny_course_lacks_nothing(root):
    """What follows breaks it in one place at a time."""
    assert _found(root) == []


_STUB = "assignments/counter/counter.py"
_LESSON = "assignments/counter/README.md"
_SUITE = "solutions/counter/suite/test_correctness.py"
_ADD = 'raise NotImplementedError("Counter.add: remember x")'


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (_STUB, _ADD, f"{_ADD}\n{80 * chr(10)}", "has 96 lines; at most 80 fit two screens"),
        (_STUB, '"""Add tensors up."""', "", "does not begin with a docstring"),
        (_STUB, '        """Add *x*, shape (n,)."""\n', "", "Counter.add has no docstring"),
        (_STUB, "x: Tensor", "x", "Counter.add has no type for 'x'"),
        (_STUB, " -> None", "", "Counter.add has no type for what it returns"),
        (_STUB, _ADD, "pass", "Counter.add must have one `raise NotImplementedError('Counter.add"),
        (_STUB, _ADD, f"{_ADD}\n        {_ADD}", "Counter.add must have one"),
        (_STUB, "Counter.add: remember", "add: remember", "Counter.add must have one"),
        (
            "assignments/counter/exercise.toml",
            '"Counter.add", ',
            "",
            "Counter.add is still to be written, and exercise.toml does not list it",
        ),
        (_LESSON, "## Goal", "## Aim", "it must have exactly ['Goal', 'Background'"),
        (_LESSON, "Add tensors up.", "", "the section 'Goal' is empty"),
        (
            _LESSON,
            "A sum starts at nothing.",
            21 * "A sum.\n",
            "the background has 21 lines; at most 20",
        ),
        (_LESSON, "Hint 3: in place", "", "hint 3 has no title"),
        (_LESSON, "What is the sum when nothing was added yet?", "", "hint 2 has no text"),
        (_LESSON, "<summary>Hint 3:", "Hint 3:", "has 2 hints; a lesson has 3 to 5"),
        (_LESSON, "## Hints\n", "## Hints\n" + 3 * _HINT, "has 6 hints; a lesson has 3 to 5"),
        (_LESSON, "By the tests", "By solutions/counter", "line 17 names a secret place"),
        (_LESSON, "By the tests", "See NOTES.md", "line 17 names a secret place, 'NOTES.md'"),
        (
            "solutions/counter/suite/probes.py",
            "    return",
            "    assert parts\n    return",
            "a probe asserts nothing",
        ),
        (_SUITE, "from probes", "import counter\nfrom probes", "a suite is given implementations"),
        (
            _SUITE,
            "from probes",
            "from counter import Counter\nfrom probes",
            "a suite is given implementations",
        ),
        (
            _SUITE,
            "from probes",
            "import torch\nX = torch.randn(3)\nfrom probes",
            "draw from `rng`, not from global state ('torch.randn(')",
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_said(root, path, old, new, said):
    """Which file, what about it, and where it helps the line."""
    _change(root / path, old, new)

    found = _found(root)

    assert any(said in finding for finding in found), found


@pytest.mark.parametrize(
    "path",
    [
        _LESSON,
        "assignments/counter/public/probes.py",
        "assignments/counter/public/test_counter.py",
        "solutions/counter/NOTES.md",
        "solutions/counter/suite/probes.py",
        "solutions/counter/suite/torch_impl.py",
    ],
)
def test_a_file_that_is_missing_is_said(root, path):
    """By its path in the course."""
    (root / path).unlink()

    assert _found(root) == [f"{path} is missing"]


@pytest.mark.parametrize("path", [_STUB, "solutions/counter/counter.py"])
def test_without_stub_or_solution_there_is_nothing_to_look_at(root, path):
    """Nor where one of them is no Python."""
    (root / path).write_text("def f(:")
    with pytest.raises(CourseError, match=f"{path} is not Python"):
        _found(root)

    (root / path).unlink()
    with pytest.raises(CourseError, match=f"{path} is missing; write it first"):
        _found(root)


@pytest.mark.parametrize(
    "path",
    [
        "assignments/counter/answers.txt",
        "assignments/counter/public/old.py",
        "solutions/counter/mistakes/README.md",
        "solutions/counter/counter_old.py",
    ],
)
def test_a_stray_file_is_said(root, path):
    """What belongs to no part of an exercise would be handed out, or forgotten."""
    (root / path).write_text("")

    assert _found(root) == [f"{path} belongs to no part of an exercise; take it away"]


def test_two_checks_with_one_title_are_said(root):
    """A student must know which one failed."""
    suite = root / _SUITE
    text = suite.read_text()
    title = text.partition('    """')[2].partition('"""')[0]
    suite.write_text(
        f'{text}\n\n@check(points=1, hint=" ")\ndef test_again(submission, rng):\n    """{title}"""\n'
    )

    found = _found(root)

    assert [f.partition(" has the title of ")[0] for f in found[:1]] == [f"{_SUITE}: test_again"]
    assert found[1:] == [f"{_SUITE}: the hint of test_again is empty"]


def test_a_title_that_is_no_sentence_is_said(root):
    """Titles are read in a row."""
    suite = root / _SUITE
    suite.write_text(f'{suite.read_text()}\n\n@check()\ndef test_x(submission):\n    """X"""\n')

    assert _found(root) == [f"{_SUITE}: the title of test_x is no sentence: 'X'"]


def test_a_line_of_the_solution_in_the_public_half_is_said(root):
    """In a hint it gives the answer away; the background may teach it on purpose."""
    line = "self.sum = x if self.sum is None else self.sum + x"
    solution, lesson = root / "solutions/counter/counter.py", root / _LESSON
    text = solution.read_text()
    at = text.index("    def total")
    solution.write_text(f"{text[:at].rstrip()}\n        {line}\n\n{text[at:]}")
    _change(lesson, "A sum starts at nothing.", f"A sum starts at nothing:\n\n    {line}")
    taught = _found(root)
    _change(lesson, "What is the sum when nothing was added yet?", line)

    assert taught == []
    (said,) = _found(root)
    assert said.endswith(f"is a line of the solution: {line!r}")


def test_what_is_still_to_fill_makes_only_a_finished_exercise_unsound(root):
    """A draft may have markers; each is listed with file, line and text."""
    notes, toml = root / "solutions/counter/NOTES.md", root / "assignments/counter/exercise.toml"
    notes.write_text(f"# Counter\n\n{MARKER} say what is taught\n")
    released = _found(root)
    toml.write_text(f"draft = true\n{toml.read_text()}")
    exercise = Exercise.load(root / "assignments/counter", root / "solutions/counter")

    place = "solutions/counter/NOTES.md, line 3: say what is taught"
    assert released == [f"still to fill: {place}"]
    assert _found(root) == []
    assert to_fill(exercise) == (place,)


def test_half_an_exercise_is_a_stray(root):
    """A folder in one tree alone is named with what it lacks."""
    for folder in ("solutions/alone", "assignments/empty", "solutions/.hidden"):
        (root / folder).mkdir()

    found = strays(root, ["counter"])

    assert found == {
        "alone": (
            "solutions/alone has no assignments/alone/exercise.toml; write it, or take the folder away"
        ),
        "empty": "assignments/empty has no exercise.toml",
    }
