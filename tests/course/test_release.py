"""What is handed out: exactly the public half, the same bytes every time, never a secret."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.course.release import bundle
from autograder.errors import CourseError, UserError

_TINY = Path(__file__).parents[1] / "tiny_course"
_CANARY = "canary-that-nobody-may-see"


@pytest.fixture
def with_canaries(course):
    """Give a course with a canary in every secret place, and in what Python leaves behind."""
    for exercise in course.everything:
        for place in ("suite", "mistakes", "spellings"):
            (exercise.secret / place).mkdir(parents=True, exist_ok=True)
            (exercise.secret / place / "test_it.py").write_text(_CANARY)
        (exercise.secret / f"{exercise.id}.py").write_text(_CANARY)
        (exercise.public / "public" / "__pycache__" / "stale.pyc").write_text(_CANARY)
        (exercise.public / ".torchgrade").mkdir()
        (exercise.public / ".torchgrade" / "1.json").write_text(_CANARY)
    (course.root / "solutions" / ".secret").write_text(_CANARY)
    return course


def test_a_bundle_holds_the_assignments_and_nothing_else(with_canaries, tmp_path):
    """Folder and zip hold the same files, all below `assignments/`, and no canary."""
    released = bundle(with_canaries.exercises, tmp_path / "out")

    with zipfile.ZipFile(released.archive) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    unpacked = {
        f"assignments/{path.relative_to(released.folder).as_posix()}": path.read_bytes()
        for path in released.folder.rglob("*")
        if path.is_file()
    }
    assert packed == unpacked
    assert set(packed) == {
        f"assignments/{name}/{file}"
        for name in ("adder", "doubler", "halver")
        for file in ("README.md", "exercise.toml", f"{name}.py", f"public/test_{name}.py")
    }
    assert not any(_CANARY.encode() in content for content in packed.values())


def test_a_bundle_is_a_course(tmp_path):
    """What was unpacked lists the exercises, and has no hidden suite."""
    bundle(Catalog(_TINY).exercises, tmp_path)

    released = Catalog(tmp_path)

    assert [(e.id, e.has_hidden_suite) for e in released] == [("counter", False)]


def test_a_bundle_has_the_same_bytes_every_time(course, tmp_path):
    """Releasing again gives the same zip, whatever the times of the files are."""
    first = bundle(course.exercises, tmp_path / "one").archive.read_bytes()
    for path in course.root.rglob("*.py"):
        path.touch()

    assert bundle(course.exercises, tmp_path / "two").archive.read_bytes() == first


def test_a_released_exercise_is_replaced_and_others_stay(course, tmp_path):
    """A file that left an exercise leaves the bundle; an exercise that is not named stays."""
    bundle(course.exercises, tmp_path)
    (course["adder"].public / "README.md").unlink()

    names = bundle((course["adder"],), tmp_path).files

    assert "assignments/adder/README.md" not in names
    assert "assignments/doubler/README.md" in names


def test_a_link_is_refused(course, tmp_path):
    """A link in a public folder could lead to a secret, so nothing is released."""
    (course["adder"].public / "more.py").symlink_to(course["adder"].secret / "adder.py")

    with pytest.raises(CourseError, match=r"more\.py is no plain file, and a link could lead"):
        bundle(course.exercises, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_course_is_not_released_into_itself(course):
    """Releasing to where the course lies would remove it; that is refused."""
    with pytest.raises(UserError, match="is the course itself"):
        bundle(course.exercises, course.root)

    assert course["adder"].stub.is_file()


def test_a_place_that_cannot_be_written_is_said(course, tmp_path):
    """A file in the place of the folder is one sentence."""
    (tmp_path / "out").write_text("")

    with pytest.raises(UserError, match="Cannot write to"):
        bundle(course.exercises, tmp_path / "out")


def test_the_command_releases_everything_or_what_is_named(grade, home):
    """`grade release` writes the bundle to out/release and says how many files it holds."""
    everything = grade("release")
    one = grade("release", "adder", "--out", "other", "--json")

    assert everything.stdout == (
        "out/release/assignments and out/release/assignments.zip: 12 files, nothing secret.\n"
    )
    assert (home / "other" / "assignments.zip").is_file()
    assert '"assignments/adder/adder.py"' in one.stdout


def test_an_assignment_needs_a_course_of_nbgraders(grade):
    """`--as` without `--nbgrader` is a mistake on the command line."""
    result = grade("release", "adder", "--as", "week1")

    assert result.exit_code == 2
    assert "--as names an assignment" in result.stderr
