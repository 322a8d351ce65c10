"""A student's folder never loses work."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.course.workspace import Workspace, handing_in
from autograder.errors import WorkspaceError

if TYPE_CHECKING:
    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise


@pytest.fixture
def adder(course: Catalog) -> Exercise:
    """Give the first exercise."""
    return course["adder"]


@pytest.fixture
def workspace(home: Path) -> Workspace:
    """Give an empty workspace."""
    return Workspace(home)


def _write_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every write fail as in a read-only folder, which root could write all the same."""

    def refuse(path: Path, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)


def test_the_nearest_workspace_above_is_found(home):
    """A command works in every folder below the workspace."""
    (home / ".torchgrade").mkdir()
    below = home / "adder" / "public"
    below.mkdir(parents=True)

    assert Workspace.find(below).root == home


def test_without_a_workspace_the_current_folder_becomes_one(home):
    """Nothing has to be set up first."""
    assert Workspace.find().root == home


def test_start_copies_the_public_folder(workspace, adder):
    """Stub, lesson, public suite and settings arrive; caches stay behind."""
    Workspace(adder.public).next_hint(adder)  # somebody worked in the course's own folder

    started = workspace.start(adder)

    expected = ("README.md", "adder.py", "exercise.toml", "public/test_adder.py")
    found = {p.relative_to(started.folder).as_posix() for p in started.folder.rglob("*.*")}
    assert started.created == expected
    assert found == set(expected)
    assert "grade check adder" in started.in_words()


def test_start_makes_the_folder_a_workspace(workspace, adder, home):
    """What was started is found again from inside its folder."""
    workspace.start(adder)

    assert Workspace.find(home / "adder").root == home


def test_start_never_overwrites(workspace, adder):
    """Work that exists stays, and is named; what is missing arrives."""
    mine = workspace.folder(adder) / "adder.py"
    mine.parent.mkdir()
    mine.write_text("mine")

    started = workspace.start(adder)

    assert mine.read_text() == "mine"
    assert started.kept == ("adder.py",)
    assert "README.md" in started.created
    assert "Kept as they were: adder.py" in started.in_words()


def test_start_leaves_a_dangling_link_alone(workspace, adder):
    """A link whose target is away is somebody's file, too."""
    mine = workspace.folder(adder) / "adder.py"
    mine.parent.mkdir()
    mine.symlink_to("elsewhere")

    workspace.start(adder)

    assert mine.readlink() == Path("elsewhere")


def test_starting_twice_changes_nothing(workspace, adder):
    """A second start says so."""
    workspace.start(adder)

    assert "already" in workspace.start(adder).in_words()


def test_start_says_in_one_sentence_that_it_cannot_write(workspace, adder, monkeypatch):
    """A read-only folder is the student's to put right."""
    _write_fails(monkeypatch)

    with pytest.raises(WorkspaceError, match=r"^Cannot write '.*README\.md': Permission denied\.$"):
        workspace.start(adder)


def test_start_where_a_file_has_the_folders_name_is_refused(workspace, adder, home):
    """A file in the way is named."""
    (home / "adder").write_text("")

    with pytest.raises(WorkspaceError, match=r"^Cannot write '.*adder"):
        workspace.start(adder)


def test_reset_keeps_every_version(workspace, adder):
    """Each reset moves the student's file aside under a new number."""
    workspace.start(adder)
    mine = workspace.folder(adder) / "adder.py"
    stub = mine.read_text()
    for text in ("one", "two"):
        mine.write_text(text)
        workspace.reset(adder)

    assert mine.read_text() == stub
    assert mine.with_name("adder.py.kept-1").read_text() == "one"
    assert mine.with_name("adder.py.kept-2").read_text() == "two"


def test_reset_of_an_untouched_stub_keeps_nothing(workspace, adder):
    """There is nothing to move aside."""
    workspace.start(adder)

    assert workspace.reset(adder) == ()


def test_reset_puts_a_deleted_stub_back(workspace, adder):
    """Reset also helps who deleted the file."""
    workspace.start(adder)
    (workspace.folder(adder) / "adder.py").unlink()

    assert workspace.reset(adder) == ()
    assert (workspace.folder(adder) / "adder.py").is_file()


def test_a_reset_that_cannot_write_loses_nothing(workspace, adder, monkeypatch):
    """The student's file is still in its place when the stub cannot be written."""
    workspace.start(adder)
    mine = workspace.folder(adder) / "adder.py"
    mine.write_text("mine")
    _write_fails(monkeypatch)

    with pytest.raises(WorkspaceError, match=r"^Cannot write "):
        workspace.reset(adder)
    assert mine.read_text() == "mine"


def test_reset_of_what_was_not_started_says_how_to_begin(workspace, adder):
    """The sentence names the command."""
    with pytest.raises(WorkspaceError, match=r"You have no 'adder' here; .*'grade start adder'"):
        workspace.reset(adder)


def test_an_unfinished_write_leaves_the_old_file(workspace, home, monkeypatch):
    """A reader sees the whole old file or the whole new one, and no remains."""
    path = home / "n.json"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(WorkspaceError, match="No space left on device"):
        workspace.write(path, b"new")
    assert [(p.name, p.read_text()) for p in home.iterdir()] == [("n.json", "old")]


def test_source_is_the_folder_that_was_named(workspace, adder, tmp_path):
    """`--from` comes before the workspace."""
    workspace.start(adder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "adder.py").touch()

    assert workspace.source(adder, other) == other


def test_source_is_the_workspaces_folder_from_anywhere_below(workspace, adder, monkeypatch):
    """The current folder matters only where nothing was started."""
    folder = workspace.start(adder).folder
    monkeypatch.chdir(folder / "public")

    assert workspace.source(adder) == folder


def test_source_falls_back_to_the_current_folder(workspace, adder, home):
    """Who has only the file can hand it in, too."""
    (home / "adder.py").touch()

    assert workspace.source(adder) == home


def test_source_without_anything_says_how_to_begin(workspace, adder):
    """The sentence names the command."""
    with pytest.raises(WorkspaceError, match=r"^You have no 'adder' here; begin with 'grade start"):
        workspace.source(adder)


def test_folder_without_the_file_is_left_to_intake(workspace, adder):
    """What is wrong with a folder becomes a report, which names what is there."""
    folder = workspace.start(adder).folder
    (folder / "adder.py").rename(folder / "addder.py")

    assert workspace.source(adder) == folder


def test_source_that_is_no_folder_is_refused(workspace, adder, home):
    """`--from` wants a folder."""
    with pytest.raises(WorkspaceError, match=r"^There is no folder '.*nowhere'"):
        workspace.source(adder, home / "nowhere")


def test_the_exercise_around_a_folder_is_found(workspace, course, adder):
    """Inside an exercise's folder its id need not be typed."""
    folder = workspace.start(adder).folder

    assert workspace.enclosing(course, folder / "public") == adder
    assert workspace.enclosing(course, folder.parent) is None


def test_hints_come_one_after_the_other_and_the_last_stays(workspace, adder):
    """The number of hints shown outlives the command."""
    shown = [Workspace(workspace.root).next_hint(adder) for _ in range(3)]

    assert [(hint.number, hint.left) for hint in shown] == [(1, 1), (2, 0), (2, 0)]
    assert (
        shown[1].in_words()
        == "Hint 2 of 2: the line\n\nIt returns\na sum.\n\n(this was the last one)"
    )


def test_a_hint_is_shown_where_nothing_can_be_kept(workspace, adder, monkeypatch):
    """A read-only folder costs the count, not the hint."""
    _write_fails(monkeypatch)

    assert workspace.next_hint(adder).title == "a question"


def test_a_damaged_state_counts_from_the_start(workspace, adder):
    """Hints shown are not worth an error."""
    workspace.records.mkdir()
    (workspace.records / "state.json").write_text("{")

    assert workspace.next_hint(adder).number == 1


def test_an_exercise_without_hints_says_so(workspace, adder):
    """There is nothing to show."""
    (adder.public / "README.md").unlink()

    with pytest.raises(WorkspaceError, match="'adder' has no hints"):
        workspace.next_hint(adder)


def test_files_to_hand_in_carry_size_and_digest(workspace, adder):
    """A student can compare what went with what lies there."""
    folder = workspace.start(adder).folder
    (folder / "adder.py").write_bytes(b"abc")

    (file,) = handing_in(adder, folder)

    assert (file.name, file.bytes) == ("adder.py", 3)
    assert file.digest == f"sha256:{hashlib.sha256(b'abc').hexdigest()}"
