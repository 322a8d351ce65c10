"""Whatever lies in a student's folder, intake takes it in or says what is wrong with it."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.exercise import Exercise, Limits, Track
from autograder.errors import UserError
from autograder.submission.intake import HandedIn, Ungradable, collect, take_in

GOOD = "class Optimizer:\n    def step(self):\n        pass\n"
EXERCISE = Exercise(
    id="optimizer",
    public=Path("assignments/optimizer"),
    secret=Path("solutions/optimizer"),
    title="Optimizer",
    summary="Move parameters.",
    order=80,
    track=Track.CORE,
    minutes=(15, 20),
    files=("optimizer.py",),
    implement=("Optimizer.step", "Optimizer.zero_grad"),
    points={"correctness": 1.0},
    limits=Limits(file_kb=1),
)
TWO_FILES = msgspec.structs.replace(EXERCISE, files=("optimizer.py", "rules.py"))


def hand_in(folder: Path, text: str | bytes = GOOD, name: str = "optimizer.py") -> Path:
    """Write one file of a submission and return its folder."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def refused(folder: Path, exercise: Exercise = EXERCISE) -> Ungradable:
    """Return why *folder* cannot be judged."""
    with pytest.raises(Ungradable, match=r"\w+") as caught:
        take_in(folder, exercise)
    return caught.value


def sentence(folder: Path, exercise: Exercise = EXERCISE) -> str:
    """Return the one sentence that a student gets."""
    return refused(folder, exercise).problem.sentence


def test_good_file_is_taken_in_as_it_is(tmp_path: Path) -> None:
    """The text, its size and its digest come out; there is nothing to notice."""
    actual = take_in(hand_in(tmp_path), EXERCISE)

    assert actual.files == {"optimizer.py": GOOD}
    assert [(fact.name, fact.bytes) for fact in actual.facts] == [("optimizer.py", len(GOOD))]
    assert actual.facts[0].digest.startswith("sha256:")
    assert actual.notices == ()


def test_digest_follows_names_and_contents(tmp_path: Path) -> None:
    """The same files have the same digest; another byte or another name changes it."""
    first = take_in(hand_in(tmp_path), EXERCISE).digest
    again = take_in(hand_in(tmp_path), EXERCISE).digest
    other_byte = take_in(hand_in(tmp_path, GOOD + "\n"), EXERCISE).digest
    renamed = msgspec.structs.replace(EXERCISE, files=("optim.py",))
    other_name = take_in(hand_in(tmp_path, name="optim.py"), renamed).digest

    assert first == again
    assert len({first, other_byte, other_name}) == 3


def test_single_file_may_be_handed_in_under_any_name(tmp_path: Path) -> None:
    """A file given by itself is the exercise's file, whatever a browser called it."""
    hand_in(tmp_path, name="optimizer (1).py")

    actual = take_in(tmp_path / "optimizer (1).py", EXERCISE)

    assert actual == take_in(hand_in(tmp_path) / "optimizer.py", EXERCISE)


def test_one_file_of_several_is_an_error_of_the_command(tmp_path: Path) -> None:
    """An exercise with two files wants a folder, and says which files."""
    hand_in(tmp_path)

    with pytest.raises(UserError, match=r"hand in a folder: 'optimizer.py', 'rules.py'"):
        take_in(tmp_path / "optimizer.py", TWO_FILES)


def test_folder_that_does_not_exist_is_an_error_of_the_command(tmp_path: Path) -> None:
    """A wrong path is put right at the terminal; it is no submission."""
    with pytest.raises(UserError, match="nowhere' cannot be read: no such file or directory"):
        take_in(tmp_path / "nowhere", EXERCISE)


def test_folder_that_may_not_be_opened_is_an_error_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without permission is put right at the terminal, too."""

    def closed(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", closed)

    with pytest.raises(UserError, match="cannot be read: permission denied"):
        take_in(tmp_path, EXERCISE)


def test_misspelt_file_is_named_and_to_be_renamed(tmp_path: Path) -> None:
    """A near miss is named."""
    hand_in(tmp_path, name="optimiser.py")
    hand_in(tmp_path, name="notes.py")

    assert sentence(tmp_path) == (
        "Your folder has no 'optimizer.py'; found 'optimiser.py'. Rename it."
    )


def test_file_in_other_letters_is_a_near_miss(tmp_path: Path) -> None:
    """Case counts on the machine that grades, even where it does not on the student's."""
    hand_in(tmp_path, name="OPTIMIZER.PY")

    assert "found 'OPTIMIZER.PY'. Rename it." in sentence(tmp_path)


def test_notebook_in_place_of_the_file_is_not_to_be_renamed(tmp_path: Path) -> None:
    """Renaming a notebook would not make it Python."""
    hand_in(tmp_path, "{}", name="optimizer.ipynb")

    assert sentence(tmp_path).endswith("found 'optimizer.ipynb'. Save its code as 'optimizer.py'.")


def test_file_in_a_folder_inside_is_found(tmp_path: Path) -> None:
    """An archive unpacked one level too deep is recognised."""
    (tmp_path / "unpacked").mkdir()
    hand_in(tmp_path / "unpacked")

    assert sentence(tmp_path).endswith("it lies in the folder 'unpacked'. Hand in that folder.")


def test_link_to_a_folder_is_not_looked_through(tmp_path: Path) -> None:
    """Whether a file exists elsewhere is not for a submission to find out."""
    (tmp_path / "elsewhere").mkdir()
    hand_in(tmp_path / "elsewhere")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "link").symlink_to(tmp_path / "elsewhere")

    assert sentence(tmp_path / "mine").endswith("it has no Python file.")


def test_missing_file_lists_the_python_files_that_are_there(tmp_path: Path) -> None:
    """Without a near miss, what was found is listed."""
    hand_in(tmp_path, name="abc.py")
    hand_in(tmp_path, name="notes.txt")

    actual = refused(tmp_path)

    assert actual.problem.kind == "missing"
    assert actual.problem.sentence == "Your folder has no 'optimizer.py'; found 'abc.py'."


def test_hidden_file_is_not_suggested(tmp_path: Path) -> None:
    """What an editor keeps beside a file is nothing to rename."""
    hand_in(tmp_path, name=".optimizer.py")

    assert sentence(tmp_path).endswith("it has no Python file.")


def test_second_file_that_is_missing_leaves_the_facts_of_the_first(tmp_path: Path) -> None:
    """The files that could be read stand in the report."""
    actual = refused(hand_in(tmp_path), TWO_FILES)

    assert "no 'rules.py'" in actual.problem.sentence
    assert [fact.name for fact in actual.facts] == ["optimizer.py"]


def test_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    """A link to a good file outside is refused; its contents leave no trace."""
    (tmp_path / "outside.py").write_text(GOOD)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "optimizer.py").symlink_to(tmp_path / "outside.py")

    actual = refused(tmp_path / "mine")

    assert actual.problem.kind == "link"
    assert actual.facts == ()


def test_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """A submission cannot be a link to somebody's folder, such as the solution's."""
    (tmp_path / "solution").mkdir()
    hand_in(tmp_path / "solution")
    (tmp_path / "mine").symlink_to(tmp_path / "solution")

    assert sentence(tmp_path / "mine") == ("'mine' is a symbolic link; hand in what it points at.")


def test_link_that_appears_between_look_and_opening_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file swapped for a link at the last moment is still not read."""
    (tmp_path / "secret.py").write_text(GOOD)
    hand_in(tmp_path)
    really_open = os.open

    def swap_first(path: str | Path, flags: int, **options: Any) -> int:
        if Path(path).name == "optimizer.py":
            (tmp_path / "optimizer.py").unlink()
            (tmp_path / "optimizer.py").symlink_to(tmp_path / "secret.py")
        return really_open(path, flags, **options)

    monkeypatch.setattr(os, "open", swap_first)

    assert refused(tmp_path).problem.kind == "link"


def test_named_pipe_that_appears_between_look_and_opening_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was opened is examined again, and opening never waits for a writer."""
    hand_in(tmp_path)
    really_open = os.open

    def swap_first(path: str | Path, flags: int, **options: Any) -> int:
        if Path(path).name == "optimizer.py":
            (tmp_path / "optimizer.py").unlink()
            os.mkfifo(tmp_path / "optimizer.py")
        return really_open(path, flags, **options)

    monkeypatch.setattr(os, "open", swap_first)

    assert sentence(tmp_path) == "'optimizer.py' is a named pipe; put the file there."


def test_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    """A folder called optimizer.py is named for what it is."""
    (tmp_path / "optimizer.py").mkdir()

    assert sentence(tmp_path) == "'optimizer.py' is a folder; put the file there."


def test_socket_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    """A socket is named for what it is."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "optimizer.py"))

        actual = refused(tmp_path)

    assert actual.problem.kind == "not_a_file"
    assert "is a socket" in actual.problem.sentence


def test_hard_link_to_the_students_own_file_is_taken(tmp_path: Path) -> None:
    """Backups make hard links; they are no harm where the owner is the same."""
    (tmp_path / "mine").mkdir()
    hand_in(tmp_path / "mine")
    (tmp_path / "backup.py").hardlink_to(tmp_path / "mine" / "optimizer.py")

    assert take_in(tmp_path / "mine", EXERCISE).files == {"optimizer.py": GOOD}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_hard_link_to_somebody_elses_file_is_refused(tmp_path: Path) -> None:
    """The grader does not read for a student what belongs to another."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "theirs.py").write_text(GOOD)
    (tmp_path / "mine" / "optimizer.py").hardlink_to(tmp_path / "theirs.py")
    os.chown(tmp_path / "mine", 65534, 65534)

    actual = refused(tmp_path / "mine")

    assert "is a hard link to a file of somebody else" in actual.problem.sentence
    assert actual.facts == ()


def test_file_that_may_not_be_read_says_how_to_allow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without permission is the student's to put right."""
    hand_in(tmp_path)
    really_open = os.open

    def closed(path: str | Path, flags: int, **options: Any) -> int:
        if Path(path).name == "optimizer.py":
            raise PermissionError(13, "Permission denied")
        return really_open(path, flags, **options)

    monkeypatch.setattr(os, "open", closed)

    assert sentence(tmp_path) == (
        "'optimizer.py' may not be read; allow it: chmod a+r optimizer.py."
    )


def test_storage_that_fails_is_not_held_against_the_student(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken disk is an error for whoever grades, not a refusal."""
    hand_in(tmp_path)

    really_open = os.open

    def broken(path: str | Path, flags: int, **options: Any) -> int:
        if Path(path).name == "optimizer.py":
            raise OSError(5, "Input/output error")
        return really_open(path, flags, **options)

    monkeypatch.setattr(os, "open", broken)

    with pytest.raises(UserError, match=r"optimizer\.py' cannot be read: Input/output error"):
        take_in(tmp_path, EXERCISE)


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    """Whether taken or refused, every file and folder is closed again."""
    (tmp_path / "good").mkdir()
    hand_in(tmp_path / "good")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "optimizer.py").mkdir()
    before = len(list(Path("/dev/fd").iterdir()))

    take_in(tmp_path / "good", EXERCISE)
    refused(tmp_path / "bad")
    with pytest.raises(UserError, match="hand in a folder"):
        take_in(tmp_path / "good" / "optimizer.py", TWO_FILES)

    assert len(list(Path("/dev/fd").iterdir())) == before


def test_file_of_exactly_the_limit_is_taken(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    text = GOOD + "#" * (1024 - len(GOOD))

    assert take_in(hand_in(tmp_path, text), EXERCISE).facts[0].bytes == 1024


def test_file_one_byte_beyond_the_limit_says_size_and_limit(tmp_path: Path) -> None:
    """Both numbers stand in the sentence."""
    text = GOOD + "#" * (1025 - len(GOOD))

    assert sentence(hand_in(tmp_path, text)) == (
        "'optimizer.py' has 1,025 bytes; the limit is 1,024 (1 KiB)."
    )


def test_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is what was read, not the size that was promised before."""
    hand_in(tmp_path, "#" * 5000)
    really_fstat = os.fstat

    def small(descriptor: int) -> os.stat_result:
        honest = list(really_fstat(descriptor))
        honest[6] = 10
        return os.stat_result(honest)

    monkeypatch.setattr(os, "fstat", small)

    assert refused(tmp_path).problem.kind == "too_big"


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_empty_file_asks_whether_it_was_saved(tmp_path: Path, text: str) -> None:
    """Nothing, blank lines and a byte order mark alone are all empty."""
    assert sentence(hand_in(tmp_path, text)) == (
        "'optimizer.py' is empty. Was it saved before it was handed in?"
    )


def test_nul_byte_is_located(tmp_path: Path) -> None:
    """Offset and line of the first NUL byte are named."""
    actual = refused(hand_in(tmp_path, b"a = 1\r\nb\0 = 2\n")).problem

    assert actual.kind == "binary"
    assert "a NUL byte at offset 8 (line 2)" in actual.sentence


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_are_counted_whatever_ends_them(tmp_path: Path, end: bytes) -> None:
    """The line is the one that the student's editor shows."""
    actual = refused(hand_in(tmp_path, b"a = 1" + end + b"b = 2" + end + b"\xff")).problem

    assert "(line 3)" in actual.sentence


def test_byte_that_is_not_utf8_is_located(tmp_path: Path) -> None:
    """Offset, line and value of the byte are named; a mark at the start counts as bytes."""
    actual = refused(hand_in(tmp_path, b"\xef\xbb\xbfa = 1\n# caf\xe9\n")).problem

    assert actual.sentence == (
        "'optimizer.py' is not UTF-8: byte 0xe9 at offset 14 (line 2). Save it as UTF-8."
    )
    assert actual.where is not None
    assert actual.where.line == 2


def test_utf16_is_recognised(tmp_path: Path) -> None:
    """An editor's UTF-16 is named, rather than the NUL bytes in it."""
    actual = sentence(hand_in(tmp_path, GOOD.encode("utf-16")))

    assert actual == "'optimizer.py' is saved as UTF-16; save it as UTF-8."


def test_byte_order_mark_is_removed_with_a_notice(tmp_path: Path) -> None:
    """Windows editors add it; the digest is of the bytes that were handed in."""
    actual = take_in(hand_in(tmp_path, "\ufeff" + GOOD), EXERCISE)

    assert actual.files == {"optimizer.py": GOOD}
    assert actual.notices == ("Removed a byte order mark at the start of 'optimizer.py'.",)
    assert actual.facts[0].bytes == len(GOOD) + 3


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_are_made_plain_without_a_notice(tmp_path: Path, end: str) -> None:
    """Line ends of Windows and of old Macs are nothing to talk about."""
    actual = take_in(hand_in(tmp_path, GOOD.replace("\n", end)), EXERCISE)

    assert (actual.files, actual.notices) == ({"optimizer.py": GOOD}, ())


def test_syntax_error_points_at_line_and_column(tmp_path: Path) -> None:
    """The student sees the line, the place in it, and the reason."""
    actual = refused(hand_in(tmp_path, "class Optimizer\n    pass\n")).problem

    assert actual.sentence == "Line 1 of 'optimizer.py' is not Python: expected ':'."
    assert actual.where is not None
    assert (actual.where.line, actual.where.source) == (1, "class Optimizer")
    assert actual.caret == 16


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1\n  y = 2\n", "Line 2 of 'optimizer.py' is not Python: it is indented further"),
        ("if 1:\n\tx = 1\n        y = 2\n", "its indentation mixes tabs and spaces"),
        ("if 1:\n    x = 1\n  y = 2\n", "its indentation fits no line above"),
        ("def f():\nx = 1\n", "expected an indented block after function definition on line 1"),
        ("x = (1,\ny = 2\n", "'(' was never closed"),
        ("x = = 1\n", "Python cannot read on from here"),
        ("x = 1\n<<<<<<< HEAD\ny = 2\n", "a merge conflict is left here"),
        ("%matplotlib inline\n", "works in a notebook only"),
        ("x = \N{LEFT DOUBLE QUOTATION MARK}a\n", "U+201C"),
    ],
)
def test_syntax_error_is_explained_in_plain_words(tmp_path: Path, text: str, reason: str) -> None:
    """Each common slip has its own words."""
    assert reason in sentence(hand_in(tmp_path, text))


def test_long_line_is_shown_around_its_error(tmp_path: Path) -> None:
    """The caret points at the same character in the part that is shown."""
    text = "x = [" + "1, " * 150 + "?]\n"

    actual = refused(hand_in(tmp_path, text)).problem

    assert actual.where is not None
    assert actual.where.source is not None
    assert actual.caret is not None
    assert len(actual.where.source) <= 160
    assert actual.where.source[actual.caret - 1] == "?"


def test_line_that_is_shown_has_no_control_characters(tmp_path: Path) -> None:
    """An escape sequence in the student's line cannot reach a terminal."""
    actual = refused(hand_in(tmp_path, "x = = '\x1b[2J\u202e'\n")).problem

    assert actual.where is not None
    assert actual.where.source == "x = = ' [2J '"


@pytest.mark.parametrize(
    "expression", ["-" * 900 + "1", "+".join(["1"] * 400), "not " * 200 + "1", "f" + ".a" * 300]
)
def test_source_that_is_nested_too_deeply_is_refused(tmp_path: Path, expression: str) -> None:
    """What would exhaust those who read the tree is refused by a sentence."""
    actual = refused(hand_in(tmp_path, f"{GOOD}x = {expression}\n"))

    assert actual.problem.kind == "nesting"


@pytest.mark.parametrize("expression", ["-" * 100_000 + "1", "f" + ".a" * 50_000])
def test_source_that_the_parser_gives_up_is_refused(tmp_path: Path, expression: str) -> None:
    """Where Python itself runs out of stack or memory, it is a sentence, too."""
    exercise = msgspec.structs.replace(EXERCISE, limits=Limits(file_kb=256))

    actual = refused(hand_in(tmp_path, f"{GOOD}x = {expression}\n"), exercise)

    assert actual.problem.kind == "nesting"


def test_warnings_of_the_parser_are_not_shown(tmp_path: Path) -> None:
    """An invalid escape or `is` with a number is between the student and Python."""
    text = GOOD + "x = '\\d'\ny = x is 1\n"

    assert take_in(hand_in(tmp_path, text), EXERCISE).files["optimizer.py"] == text


def test_misspelt_class_is_named(tmp_path: Path) -> None:
    """A near miss among the names of the file is named."""
    actual = refused(hand_in(tmp_path, GOOD.replace("Optimizer", "Optimiser"))).problem

    assert actual.kind == "name"
    assert actual.sentence == "'optimizer.py' defines no 'Optimizer'; it defines 'Optimiser'."


def test_missing_class_lists_what_is_defined(tmp_path: Path) -> None:
    """Without a near miss, the file's own definitions are listed."""
    assert sentence(hand_in(tmp_path, "def fit(): ...\n")) == (
        "'optimizer.py' defines no 'Optimizer'; it defines 'fit'. Keep the names of the stub."
    )


def test_class_inside_something_else_is_found(tmp_path: Path) -> None:
    """A class in a function, or below the main guard, cannot be reached."""
    text = 'if __name__ == "__main__":\n    class Optimizer: ...\n'

    assert sentence(hand_in(tmp_path, text)) == (
        "'optimizer.py' defines 'Optimizer' inside something else (line 2); "
        "move it to the left margin."
    )


@pytest.mark.parametrize(
    "text",
    [
        "from elsewhere import Optimizer\n",
        "import elsewhere as Optimizer\n",
        "Optimizer: type = object\n",
        "Base, Optimizer = object, object\n",
        "if True:\n    class Optimizer: ...\nelse:\n    pass\n",
        "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    def Optimizer(): ...\n",
        "from elsewhere import *\n",
        'if __name__ == "__main__":\n    pass\nelse:\n    Optimizer = object\n',
    ],
)
def test_name_may_be_bound_in_any_way_at_the_top_level(tmp_path: Path, text: str) -> None:
    """How a name comes into the file is the student's choice."""
    assert take_in(hand_in(tmp_path, text), EXERCISE).files == {"optimizer.py": text}


@pytest.mark.parametrize(
    "text",
    [
        "Optimizer: type\n",
        "def f():\n    Optimizer = 1\n",
        "print([Optimizer for Optimizer in ()])\n",
    ],
)
def test_name_that_is_only_mentioned_is_missing(tmp_path: Path, text: str) -> None:
    """A bare annotation and names of inner scopes define nothing."""
    assert refused(hand_in(tmp_path, text)).problem.kind == "name"


def test_class_without_its_methods_can_be_judged(tmp_path: Path) -> None:
    """A method that is missing is for the checks to say, with points for the others."""
    text = "class Optimizer: ...\n"

    assert take_in(hand_in(tmp_path, text), EXERCISE).files == {"optimizer.py": text}


def test_second_file_need_not_define_the_names(tmp_path: Path) -> None:
    """The first file offers the exercise's names; the others may hold anything."""
    hand_in(tmp_path)

    actual = take_in(hand_in(tmp_path, "x = 1\n", "rules.py"), TWO_FILES)

    assert list(actual.files) == ["optimizer.py", "rules.py"]


def test_extra_files_are_left_aside_with_one_notice(tmp_path: Path) -> None:
    """At most five are named, and how many more there are."""
    hand_in(tmp_path)
    for name in "abcdefg":
        hand_in(tmp_path, name=f"{name}.txt")

    actual = take_in(tmp_path, EXERCISE)

    assert actual.notices == (
        "Left aside: 'a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt' and 2 more.",
    )
    assert list(actual.files) == ["optimizer.py"]


def test_files_that_come_with_the_exercise_are_not_mentioned(tmp_path: Path) -> None:
    """The lesson, the public suite, caches and hidden files are nobody's doing."""
    lesson = tmp_path / "lesson"
    lesson.mkdir()
    hand_in(lesson, "", "digits.csv")
    mine = tmp_path / "mine"
    mine.mkdir()
    hand_in(mine)
    for name in ("README.md", "exercise.toml", "digits.csv", ".DS_Store", ".torchgrade"):
        hand_in(mine, "", name)
    for name in ("public", "__pycache__", ".ipynb_checkpoints"):
        (mine / name).mkdir()

    actual = take_in(mine, msgspec.structs.replace(EXERCISE, public=lesson))

    assert actual.notices == ()


def test_name_that_would_forge_a_line_is_quoted(tmp_path: Path) -> None:
    """Control characters in the name of an extra file stay on their line."""
    hand_in(tmp_path)
    hand_in(tmp_path, name="a\n\x1b[2J\u202e.txt")

    (notice,) = take_in(tmp_path, EXERCISE).notices

    assert notice.isprintable()


def test_nothing_is_written_into_the_folder(tmp_path: Path) -> None:
    """A folder that may only be read is enough."""
    hand_in(tmp_path)
    (tmp_path / "optimizer.py").chmod(0o444)
    tmp_path.chmod(0o555)
    before = (tmp_path.stat().st_mtime_ns, sorted(tmp_path.iterdir()))

    take_in(tmp_path, EXERCISE)

    assert (tmp_path.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    """Code at the top level has no effect while it is taken in."""
    text = f"open({str(tmp_path / 'ran')!r}, 'w')\n{GOOD}"

    take_in(hand_in(tmp_path, text), EXERCISE)

    assert not (tmp_path / "ran").exists()


def test_missing_file_and_link_in_its_place_have_two_digests(tmp_path: Path) -> None:
    """Two submissions that cannot be read differ, so no report of one answers the other."""
    (tmp_path / "none").mkdir()
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "optimizer.py").symlink_to("/dev/null")

    assert refused(tmp_path / "none").digest != refused(tmp_path / "link").digest


@settings(database=None, deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=600),
        st.text(st.characters(codec="utf-8"), max_size=300).map(str.encode),
        st.text(alphabet="()[]{}:=,.'\"\\\n\t #@*defclass iflambda01", max_size=200).map(
            str.encode
        ),
    )
)
def test_any_bytes_are_taken_in_or_refused(raw: bytes) -> None:
    """No contents of a file make intake crash, and every refusal has a printable sentence."""
    with tempfile.TemporaryDirectory() as folder:
        hand_in(Path(folder), raw)
        problem = None
        try:
            take_in(Path(folder), EXERCISE)
        except Ungradable as refusal:
            problem = refusal.problem

    assert problem is None or problem.sentence.isprintable()
    assert msgspec.json.encode(problem)


def test_what_was_collected_is_judged_as_the_folder_is(tmp_path: Path) -> None:
    """Bytes that were read once can be kept, and give the same submission later."""
    (tmp_path / "notes.txt").write_text("mine")
    folder = hand_in(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())

    kept = msgspec.json.decode(msgspec.json.encode(collect(folder, EXERCISE)), type=HandedIn)

    assert take_in(kept, EXERCISE) == take_in(folder, EXERCISE)
    assert kept.digest == take_in(folder, EXERCISE).digest


def test_what_could_not_be_collected_is_refused_as_the_folder_is(tmp_path: Path) -> None:
    """A problem of the folder stays the problem of what was read from it."""
    (tmp_path / "optimizer.py").symlink_to("elsewhere.py")
    kept = collect(tmp_path, EXERCISE)

    with pytest.raises(Ungradable, match="symbolic link") as caught:
        take_in(kept, EXERCISE)

    assert caught.value.digest == kept.digest == refused(tmp_path).digest


def test_a_file_that_an_exercise_got_later_is_missing(tmp_path: Path) -> None:
    """What was kept before an exercise had a second file cannot be judged by it."""
    kept = collect(hand_in(tmp_path), EXERCISE)

    with pytest.raises(Ungradable, match=r"'rules\.py' was not handed in"):
        take_in(kept, TWO_FILES)
