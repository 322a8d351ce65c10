"""An archive is looked into as a folder is, and costs and reaches no more than one."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import tempfile
import time
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.exercise import Exercise, Limits, Track
from autograder.course.workspace import Workspace, handing_in
from autograder.errors import UserError, WorkspaceError
from autograder.results.report import Problem
from autograder.submission import tarfiles
from autograder.submission.intake import Ungradable, take_in

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    limits=Limits(file_kb=4),
)
TWO_FILES = msgspec.structs.replace(EXERCISE, files=("optimizer.py", "rules.py"))
KINDS = ("zip", "tar", "tar.gz", "tgz")

# Eight deflate blocks that hold nothing but their own tables, 11.5 bytes each.
EMPTY_BLOCKS = bytes.fromhex(
    "04c0810800000000207feb47001c880000000000f2b77e04c0810800000000207feb47001c880000000000f2b77e04c0810800000000207feb47001c880000000000f2b77e04c0810800000000207feb47001c880000000000f2b77e"
)

each_kind = pytest.mark.parametrize("kind", KINDS)


class Odd:
    """A member that is no regular file: the type and, for tar, where it points."""

    def __init__(self, tar_type: bytes, mode: int, target: str = "") -> None:
        self.tar_type, self.mode, self.target = tar_type, mode, target


FOLDER = Odd(tarfile.DIRTYPE, stat.S_IFDIR)
SYMLINK = Odd(tarfile.SYMTYPE, stat.S_IFLNK, "/etc/passwd")
HARD_LINK = Odd(tarfile.LNKTYPE, 0, "notes.txt")
FIFO = Odd(tarfile.FIFOTYPE, stat.S_IFIFO)
DEVICE = Odd(tarfile.CHRTYPE, stat.S_IFCHR)

Entry = tuple[str, "str | bytes | Odd"]


def zipped(entries: Sequence[Entry], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of *entries*, with every name exactly as it is given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, what in entries:
            info = zipfile.ZipInfo(name)
            info.filename = name
            info.compress_type = method
            if isinstance(what, Odd):
                info.external_attr = what.mode << 16
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Duplicate name")
                archive.writestr(info, what.target if isinstance(what, Odd) else what)
    return file.getvalue()


def tarred(entries: Sequence[Entry], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive of *entries*, with every name exactly as it is given."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name, what in entries:
            info = tarfile.TarInfo(name)
            raw = b"" if isinstance(what, Odd) else what if isinstance(what, bytes) else _raw(what)
            info.size = len(raw)
            if isinstance(what, Odd):
                info.type, info.linkname = what.tar_type, what.target
            archive.addfile(info, io.BytesIO(raw))
    return file.getvalue()


def packed(kind: str, *entries: Entry) -> bytes:
    """Return an archive of *kind*."""
    if kind == "zip":
        return zipped(entries)
    raw = tarred(entries)
    return raw if kind == "tar" else gzip.compress(raw)


def hand_in(folder: Path, raw: bytes, name: str = "ada.zip") -> Path:
    """Write the archive *raw* and return its path."""
    (folder / name).write_bytes(raw)
    return folder / name


def refused(source: Path, exercise: Exercise = EXERCISE) -> tuple[str, str]:
    """Return kind and sentence of why *source* cannot be judged."""
    with pytest.raises(Ungradable, match=r"\w+") as caught:
        take_in(source, exercise)
    problem = caught.value.problem
    assert problem.sentence.isprintable()
    return problem.kind, problem.sentence


def cheaply(source: Path, seconds: float = 2.0, megabytes: int = 50) -> Any:
    """Return what becomes of *source*; fail where it takes more CPU time or memory."""
    begun = time.thread_time()
    outcome = _outcome(source)
    spent = time.thread_time() - begun
    tracemalloc.start()
    _outcome(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spent < seconds
    assert peak < megabytes * 2**20
    return outcome[0]


def _outcome(source: Path) -> tuple[Any, ...]:
    """Return the submission, or the problem with facts and digest."""
    try:
        return (take_in(source, EXERCISE),)
    except Ungradable as refusal:
        return refusal.problem, refusal.facts, refusal.digest


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def pax(records: bytes, then: str = "optimizer.py") -> bytes:
    """Return a tar archive whose only file has *records* told before it."""
    header = tarfile.TarInfo("told")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    padding = bytes(-len(records) % 512)
    return header.tobuf() + records + padding + tarred([(then, GOOD)])


def record(key: bytes, value: bytes) -> bytes:
    """Return one record of a pax header."""
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length += 1
    return str(length).encode() + body


# What is taken


@each_kind
@pytest.mark.parametrize("top", ["", "./", "ada/", "ada-main/optimizer/", "optimizer/", "a//b/"])
def test_file_is_found_at_the_root_or_in_a_top_folder(tmp_path: Path, kind: str, top: str) -> None:
    """However the folder was packed, what is inside it is the same submission."""
    (tmp_path / "folder").mkdir()
    expected = take_in(hand_in(tmp_path / "folder", GOOD.encode(), "optimizer.py").parent, EXERCISE)

    actual = take_in(hand_in(tmp_path, packed(kind, (f"{top}optimizer.py", GOOD))), EXERCISE)

    assert actual == expected


@each_kind
def test_suffix_in_any_letters_names_an_archive(tmp_path: Path, kind: str) -> None:
    """A suffix says that it is an archive; its contents say which."""
    source = hand_in(tmp_path, packed(kind, ("optimizer.py", GOOD)), "Ada (1).ZIP")

    assert take_in(source, EXERCISE).files == {"optimizer.py": GOOD}


@each_kind
def test_file_at_the_root_comes_before_copies_in_folders(tmp_path: Path, kind: str) -> None:
    """As in a folder, the file itself counts, and older copies are left aside."""
    raw = packed(kind, ("optimizer.py", GOOD), ("old/optimizer.py", "old"))

    actual = take_in(hand_in(tmp_path, raw), EXERCISE)

    assert actual.files == {"optimizer.py": GOOD}
    assert actual.notices == ("Left aside: 'old'.",)


@each_kind
def test_folder_that_is_named_after_the_exercise_wins(tmp_path: Path, kind: str) -> None:
    """A whole repository may be handed in for one of its exercises."""
    raw = packed(
        kind,
        ("ada-main/README.md", "hello"),
        ("ada-main/mlp/optimizer.py", "an older one"),
        ("ada-main/optimizer/optimizer.py", GOOD),
        ("ada-main/optimizer/plot.png", b"png"),
    )

    actual = take_in(hand_in(tmp_path, raw), EXERCISE)

    assert actual.files == {"optimizer.py": GOOD}
    assert actual.notices == ("Left aside: 'mlp', 'plot.png'.",)


@each_kind
def test_two_folders_with_the_file_are_ambiguous(tmp_path: Path, kind: str) -> None:
    """Which of two is meant is not for the grader to guess."""
    raw = packed(kind, ("new/optimizer.py", GOOD), ("old/optimizer.py", GOOD))

    assert refused(hand_in(tmp_path, raw)) == (
        "ambiguous",
        "'ada.zip' has more than one folder for 'optimizer.py': 'new', 'old'; hand in one of them.",
    )


def test_folders_that_differ_in_case_only_are_ambiguous(tmp_path: Path) -> None:
    """On a student's machine they may be one."""
    raw = zipped([("optimizer/optimizer.py", GOOD), ("Optimizer/optimizer.py", GOOD)])

    assert refused(hand_in(tmp_path, raw))[0] == "ambiguous"


def test_folder_of_the_exercise_without_the_file_is_not_passed_over(tmp_path: Path) -> None:
    """A misspelt file is named, rather than an older copy elsewhere judged."""
    raw = zipped([("optimizer/optimiser.py", GOOD), ("old/optimizer.py", GOOD)])

    assert refused(hand_in(tmp_path, raw))[0] == "missing"


@each_kind
def test_every_file_of_the_exercise_is_taken(tmp_path: Path, kind: str) -> None:
    """Two files come from the one folder."""
    raw = packed(kind, ("ada/rules.py", "x = 1\n"), ("ada/optimizer.py", GOOD))

    assert list(take_in(hand_in(tmp_path, raw), TWO_FILES).files) == ["optimizer.py", "rules.py"]


@each_kind
def test_what_a_mac_adds_is_not_mentioned(tmp_path: Path, kind: str) -> None:
    """Its folder, its doubles and its notes are nobody's doing, and hide no top folder."""
    raw = packed(
        kind,
        ("ada/", FOLDER),
        ("ada/optimizer/", FOLDER),
        ("ada/optimizer/optimizer.py", GOOD),
        ("ada/optimizer/._optimizer.py", b"\0\5\26\7"),
        ("ada/optimizer/.DS_Store", b"Bud1"),
        ("__MACOSX/ada/._optimizer.py", b"\0\5\26\7"),
        ("__MACOSX/ada/plain", ""),
    )

    actual = take_in(hand_in(tmp_path, raw), EXERCISE)

    assert actual.files == {"optimizer.py": GOOD}
    assert actual.notices == ()


@each_kind
def test_extra_members_are_left_aside_with_one_notice(tmp_path: Path, kind: str) -> None:
    """At most five are named; other archives, links and devices among them do no harm."""
    extras: list[Entry] = [("inner.zip", b"PK\3\4"), ("link", SYMLINK), ("null", DEVICE)]
    extras += [(f"{letter}.txt", "") for letter in "abc"]

    actual = take_in(hand_in(tmp_path, packed(kind, ("optimizer.py", GOOD), *extras)), EXERCISE)

    assert actual.notices == (
        "Left aside: 'a.txt', 'b.txt', 'c.txt', 'inner.zip', 'link' and 1 more.",
    )


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_of_tar_is_read(tmp_path: Path, form: int) -> None:
    """Long names come in headers of their own, each form in its own way."""
    long = "/".join(["long" * 20] * 2)
    entries = [(f"ada/{long}", "x"), ("ada/optimizer.py", GOOD)]

    actual = take_in(hand_in(tmp_path, tarred(entries, form)), EXERCISE)

    assert actual.files == {"optimizer.py": GOOD}
    assert actual.notices == (f"Left aside: '{'long' * 20}'.",)


def test_tar_without_an_end_is_read(tmp_path: Path) -> None:
    """Some tools leave the two empty blocks away."""
    raw = tarred([("optimizer.py", GOOD)])[: 512 + len(GOOD)]

    assert take_in(hand_in(tmp_path, raw), EXERCISE).files == {"optimizer.py": GOOD}


def test_folder_in_a_zip_is_known_by_its_slash(tmp_path: Path) -> None:
    """Not every tool says in another way that it is one."""
    raw = zipped([("ada/", ""), ("ada/optimizer.py", GOOD)])

    assert take_in(hand_in(tmp_path, raw), EXERCISE).files == {"optimizer.py": GOOD}


def test_zip_behind_other_bytes_is_read(tmp_path: Path) -> None:
    """An archive that unpacks itself is an archive, too."""
    raw = b"#!/bin/sh\n" + zipped([("optimizer.py", GOOD)])

    assert take_in(hand_in(tmp_path, raw), EXERCISE).files == {"optimizer.py": GOOD}


def test_name_in_utf8_that_does_not_say_so_is_shown_as_meant(tmp_path: Path) -> None:
    """A Mac writes names in UTF-8 without setting the flag."""
    raw = zipped([("optimizer.py", GOOD), ("Größe.txt", "x")])
    flag = struct.pack("<H", 0x800)
    unflagged = raw.replace(flag + b"\x08\x00", b"\x00\x00\x08\x00")

    assert unflagged != raw
    assert take_in(hand_in(tmp_path, unflagged), EXERCISE).notices == ("Left aside: 'Größe.txt'.",)


def test_folder_with_the_name_of_an_archive_is_a_folder(tmp_path: Path) -> None:
    """What it is counts, not what it is called."""
    (tmp_path / "ada.zip").mkdir()
    hand_in(tmp_path / "ada.zip", GOOD.encode(), "optimizer.py")

    assert take_in(tmp_path / "ada.zip", EXERCISE).files == {"optimizer.py": GOOD}


def test_nothing_is_extracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is opened for writing, anywhere."""
    source = hand_in(tmp_path, packed("tgz", ("ada/optimizer.py", GOOD)))
    really_open, flags_seen = os.open, []

    def watched(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        flags_seen.append(flags)
        return really_open(path, flags, *arguments, **options)

    monkeypatch.setattr(os, "open", watched)
    take_in(source, EXERCISE)

    assert flags_seen
    assert not any(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) for flags in flags_seen)
    assert [path.name for path in tmp_path.iterdir()] == ["ada.zip"]


# What is wrong with the file of the exercise


@each_kind
def test_missing_file_names_what_was_meant(tmp_path: Path, kind: str) -> None:
    """A near miss in the archive is named as one in a folder is."""
    assert refused(hand_in(tmp_path, packed(kind, ("ada/optimiser.py", GOOD)))) == (
        "missing",
        "'ada.zip' has no 'optimizer.py'; found 'optimiser.py'. Rename it.",
    )


def test_file_in_other_letters_alone_is_to_be_renamed(tmp_path: Path) -> None:
    """Case counts on the machine that grades."""
    kind, sentence = refused(hand_in(tmp_path, zipped([("Optimizer.py", GOOD)])))

    assert kind == "missing"
    assert sentence.endswith("found 'Optimizer.py'. Rename it.")


def test_file_that_lies_too_deep_is_found_but_not_taken(tmp_path: Path) -> None:
    """A file of that name somewhere below may be anybody's, such as torch's own."""
    raw = zipped([("ada/venv/torch/optim/optimizer.py", GOOD), ("ada/notes.txt", "x")])

    assert refused(hand_in(tmp_path, raw)) == (
        "missing",
        "'ada.zip' has no 'optimizer.py'; it lies in 'ada/venv/torch/optim'. Hand in that folder.",
    )


def test_archive_in_the_archive_is_not_opened(tmp_path: Path) -> None:
    """The inner one is to be handed in itself."""
    raw = zipped([("ada/inner.zip", zipped([("optimizer.py", GOOD)]))])

    assert refused(hand_in(tmp_path, raw)) == (
        "missing",
        "'ada.zip' has no 'optimizer.py'; found another archive, 'inner.zip'. Hand in that one.",
    )


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize(
    ("odd", "problem", "words"),
    [
        (SYMLINK, "link", "is a symbolic link"),
        (FIFO, "not_a_file", "is a named pipe"),
        (DEVICE, "not_a_file", "is a device"),
        (FOLDER, "not_a_file", "is a folder"),
    ],
)
def test_other_thing_in_place_of_the_file_is_named(
    tmp_path: Path, kind: str, odd: Odd, problem: str, words: str
) -> None:
    """The sentence is the one that a folder gets."""
    actual = refused(hand_in(tmp_path, packed(kind, ("ada/optimizer.py", odd), ("ada/x", ""))))

    assert actual[0] == problem
    assert words in actual[1]


def test_hard_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    """What it is linked to is another file, inside or out."""
    raw = tarred([("notes.txt", GOOD), ("optimizer.py", HARD_LINK)])

    assert refused(hand_in(tmp_path, raw)) == (
        "link",
        "'optimizer.py' in 'ada.zip' is a hard link; hand in the file itself.",
    )


@each_kind
def test_folder_that_only_its_contents_tell_of_is_refused(tmp_path: Path, kind: str) -> None:
    """A folder need not be listed to be in the way."""
    assert refused(hand_in(tmp_path, packed(kind, ("optimizer.py/x.py", GOOD)))) == (
        "not_a_file",
        "'optimizer.py' is a folder; put the file there.",
    )


@each_kind
@pytest.mark.parametrize("other", ["optimizer.py", "./optimizer.py", "optimizer.py/x"])
def test_file_that_is_there_twice_is_refused(tmp_path: Path, kind: str, other: str) -> None:
    """Which of the two is unpacked last, or at all, depends on the tool."""
    raw = packed(kind, ("optimizer.py", GOOD), (other, "something else"))

    assert refused(hand_in(tmp_path, raw)) == (
        "duplicate",
        "'ada.zip' has 'optimizer.py' more than once; make it anew.",
    )


@each_kind
@pytest.mark.parametrize(
    "other",
    ["Optimizer.py", "optimizer.py.", "optimizer\u200b.py", "\uff4fptimizer.py", "OPTIMIZER.py/x"],
)
def test_second_file_that_some_system_takes_for_the_same_is_refused(
    tmp_path: Path, kind: str, other: str
) -> None:
    """In other letters, in another width, with a dot or something unseen: keep one."""
    raw = packed(kind, ("optimizer.py", GOOD), (other, "something else"))

    assert refused(hand_in(tmp_path, raw)) == (
        "duplicate",
        f"'ada.zip' has {other.removesuffix('/x')!a} beside 'optimizer.py'; keep one of them.",
    )


@each_kind
def test_names_that_differ_in_normalisation_only_are_refused(tmp_path: Path, kind: str) -> None:
    """NFC and NFD of one name are one file on a Mac."""
    exercise = msgspec.structs.replace(EXERCISE, id="größe", files=("größe.py",))
    raw = packed(kind, ("gr\u00f6ße.py", GOOD), ("gro\u0308ße.py", GOOD))

    assert refused(hand_in(tmp_path, raw), exercise)[0] == "duplicate"


@each_kind
def test_top_folder_that_is_a_link_as_well_is_refused(tmp_path: Path, kind: str) -> None:
    """The file would be unpacked where the link points."""
    raw = packed(kind, ("ada", SYMLINK), ("ada/optimizer.py", GOOD))

    assert refused(hand_in(tmp_path, raw)) == (
        "duplicate",
        "'ada' in 'ada.zip' is no folder, but has files.",
    )


@each_kind
def test_file_beyond_the_limit_says_size_and_limit(tmp_path: Path, kind: str) -> None:
    """The sentence is the one that a folder gets."""
    raw = packed(kind, ("optimizer.py", "#" * 4097))

    assert refused(hand_in(tmp_path, raw)) == (
        "too_big",
        "'optimizer.py' has 4,097 bytes; the limit is 4,096 (4 KiB).",
    )


@each_kind
def test_file_of_exactly_the_limit_is_taken(tmp_path: Path, kind: str) -> None:
    """The limit itself is allowed, compressible or not."""
    raw = packed(kind, ("optimizer.py", GOOD + "#" * (4096 - len(GOOD))))

    assert take_in(hand_in(tmp_path, raw), EXERCISE).facts[0].bytes == 4096


def test_encrypted_file_is_named(tmp_path: Path) -> None:
    """Nobody has told the grader a password."""
    raw = _with_flags(zipped([("optimizer.py", GOOD)]), 0x1)

    assert refused(hand_in(tmp_path, raw)) == (
        "encrypted",
        "'optimizer.py' in 'ada.zip' is encrypted; make the archive without a password.",
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_named(tmp_path: Path, method: int) -> None:
    """A method that has no bound on one step of unpacking is not read."""
    raw = zipped([("optimizer.py", "#" * 4000)], method)

    problem, sentence = refused(hand_in(tmp_path, raw))

    assert problem == "unsupported"
    assert f"(number {method})" in sentence


def test_patched_data_are_named(tmp_path: Path) -> None:
    """What Python's own reader does not know is no crash."""
    raw = _with_flags(zipped([("optimizer.py", GOOD)]), 0x20)

    assert refused(hand_in(tmp_path, raw))[0] == "unsupported"


@pytest.mark.parametrize("key", [b"GNU.sparse.realsize", b"GNU.sparse.map"])
def test_sparse_file_is_named(tmp_path: Path, key: bytes) -> None:
    """A sparse file is terabytes large at will."""
    raw = pax(record(key, b"99999999999"))

    assert refused(hand_in(tmp_path, raw))[0] == "unsupported"


def test_old_sparse_file_is_named_and_its_map_passed_over(tmp_path: Path) -> None:
    """The map may go on for blocks before the contents begin."""
    header = bytearray(tarfile.TarInfo("optimizer.py").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[482] = 1
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more = bytes(504) + b"\1" + bytes(7)

    problem, sentence = refused(hand_in(tmp_path, bytes(header) + more + bytes(512)))

    assert problem == "unsupported"
    assert "sparse file" in sentence


# What is wrong with a name


@each_kind
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../x", "leads out of its folder: '../x'"),
        ("ada/../../x", "leads out of its folder"),
        ("__MACOSX/../x", "leads out of its folder"),
        ("/etc/x", "is absolute: '/etc/x'"),
        ("C:x", "is absolute: 'C:x'"),
        ("c:/x", "is absolute"),
        ("ada\\x", r"has backslashes: 'ada\\x'"),
        ("..\\x", "has backslashes"),
        ("x" * 256, "is too long: 'xxx"),
        ("x/" * 600, "is too long"),
    ],
)
def test_name_that_leads_elsewhere_is_refused(
    tmp_path: Path, kind: str, name: str, words: str
) -> None:
    """An archive with one such name is not judged, whatever else is in it."""
    raw = packed(kind, ("optimizer.py", GOOD), (name, "x"))

    problem, sentence = refused(hand_in(tmp_path, raw))

    assert problem == "path"
    assert words in sentence
    assert len(sentence) < 250


def test_nul_in_a_zips_name_does_not_cut_it_short(tmp_path: Path) -> None:
    """`optimizer.py` and what follows a NUL is not `optimizer.py`."""
    raw = zipped([("optimizer.pyX.txt", GOOD)]).replace(b"pyX", b"py\0")

    problem, sentence = refused(hand_in(tmp_path, raw))

    assert problem == "path"
    assert sentence.startswith(r"A name in 'ada.zip' has a NUL: 'optimizer.py\x00.txt'. Pack")


def test_nul_in_a_tars_name_does_not_cut_it_short(tmp_path: Path) -> None:
    """The longer headers can hold one."""
    raw = pax(record(b"path", b"optimizer.py\0.txt"))

    assert refused(hand_in(tmp_path, raw))[0] == "path"


@each_kind
def test_name_that_would_forge_a_line_is_shown_escaped(tmp_path: Path, kind: str) -> None:
    """Control characters and those that reorder text stay where they are."""
    raw = packed(kind, ("optimizer.py", GOOD), ("a\n\x1b[2J\u202etxt.exe", "x"))

    (notice,) = take_in(hand_in(tmp_path, raw), EXERCISE).notices

    assert notice == r"Left aside: 'a\n\x1b[2J\u202etxt.exe'."


def test_name_in_a_tar_that_is_not_utf8_is_shown_escaped(tmp_path: Path) -> None:
    """A harmless file with a name from another system costs nobody a grade."""
    raw = tarred([("optimizer.py", GOOD), ("caf\udce9.txt", "x")], tarfile.GNU_FORMAT)

    (notice,) = take_in(hand_in(tmp_path, raw), EXERCISE).notices

    assert notice == r"Left aside: 'caf\udce9.txt'."


def test_name_in_a_zip_that_lies_about_utf8_is_shown_escaped(tmp_path: Path) -> None:
    """Which file is meant cannot be told from half a character."""
    raw = zipped([("optimizer.py", GOOD), ("café.txt", "x")]).replace(b"\xc3\xa9", b"\xc3\x28")

    assert refused(hand_in(tmp_path, raw)) == (
        "path",
        r"'ada.zip' has a name that is not UTF-8: b'caf\xc3(.txt'. Rename that file.",
    )


# What is wrong with the archive


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_empty_archive_says_what_to_hand_in(tmp_path: Path, kind: str) -> None:
    """Nothing in it is another thing than the wrong files in it."""
    assert refused(hand_in(tmp_path, packed(kind))) == (
        "empty",
        "'ada.zip' has no files; hand in 'optimizer.py'.",
    )


@pytest.mark.parametrize(
    ("raw", "problem", "words"),
    [
        (b"", "empty", "is empty"),
        (b"<html>Log in</html>", "not_an_archive", "is no archive, whatever its name says"),
        (GOOD.encode() * 30, "not_an_archive", "is no archive, whatever its name says"),
        (gzip.compress(GOOD.encode()), "not_an_archive", "holds no archive, only one file"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "unsupported", "is a 7z archive"),
        (b"Rar!\x1a\x07\0" + b"x" * 600, "unsupported", "is a RAR archive"),
        (b"\xfd7zXZ\0" + b"x" * 600, "unsupported", "is an xz archive"),
    ],
)
def test_what_is_no_archive_here_is_named(
    tmp_path: Path, raw: bytes, problem: str, words: str
) -> None:
    """The contents are named for what they are."""
    actual = refused(hand_in(tmp_path, raw))

    assert actual[0] == problem
    assert words in actual[1]


@each_kind
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_archive_that_was_cut_off_is_damaged(tmp_path: Path, kind: str, part: float) -> None:
    """An upload that broke off is to be made again."""
    text = GOOD + "".join(f"# {number * 7919 % 10007}\n" for number in range(400))
    raw = packed(kind, ("optimizer.py", text))
    cut = raw[: int(512 + len(text) * part)] if kind == "tar" else raw[: int(len(raw) * part)]

    assert refused(hand_in(tmp_path, cut)) == (
        "damaged",
        "'ada.zip' is damaged or incomplete; make it anew and hand it in again.",
    )


def test_changed_contents_are_damaged(tmp_path: Path) -> None:
    """What does not match its checksum is not judged."""
    raw = zipped([("optimizer.py", GOOD)], zipfile.ZIP_STORED).replace(b"pass", b"fail")

    assert refused(hand_in(tmp_path, raw))[0] == "damaged"


def test_directory_that_disagrees_with_the_member_is_damaged(tmp_path: Path) -> None:
    """A reader of the directory and one of the members would see two submissions."""
    raw = zipped([("optimizer.py", GOOD)])
    at = raw.rindex(b"optimizer.py")

    assert refused(hand_in(tmp_path, raw[:at].replace(b"optim", b"motor") + raw[at:]))[0] == (
        "damaged"
    )


@pytest.mark.parametrize("size", [10, 4000, 0])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zip_that_lies_about_a_size_is_damaged(tmp_path: Path, size: int, method: int) -> None:
    """Smaller or larger than it is: what is read is what was promised, or nothing."""
    raw = zipped([("optimizer.py", GOOD)], method)
    honest = struct.pack("<I", len(GOOD))

    assert refused(hand_in(tmp_path, raw.replace(honest, struct.pack("<I", size))))[0] == "damaged"


def test_zip64_that_promises_exabytes_is_too_big(tmp_path: Path) -> None:
    """A size is compared, never reserved."""
    raw = _with_extra(24, struct.pack("<HHQ", 1, 8, 2**64 - 1))

    problem = cheaply(hand_in(tmp_path, raw))

    assert problem.kind == "too_big"
    assert "18,446,744,073,709,551,615 bytes" in problem.sentence


@pytest.mark.parametrize(
    ("field", "extra"),
    [
        (42, struct.pack("<HHQ", 1, 8, 2**64 - 1)),  # where the member is: beyond any file
        (24, struct.pack("<HHI", 1, 4, 7)),  # a size of eight bytes in four
        (24, struct.pack("<HH", 1, 999)),  # longer than it is
    ],
)
def test_zip64_that_leads_nowhere_is_damaged(tmp_path: Path, field: int, extra: bytes) -> None:
    """What a directory adds to an entry is believed no more than the entry."""
    assert cheaply(hand_in(tmp_path, _with_extra(field, extra))).kind == "damaged"


@pytest.mark.parametrize("size", [b"-1", b"99999999999999999999", b"x", b"9" * 5000])
def test_tar_that_lies_about_a_size_is_damaged(tmp_path: Path, size: bytes) -> None:
    """A size below zero would have a reader go in circles."""
    raw = pax(record(b"size", size))

    assert cheaply(hand_in(tmp_path, raw)).kind == "damaged"


@pytest.mark.parametrize("type_", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_header_with_a_size_below_zero_is_damaged(tmp_path: Path, type_: bytes) -> None:
    """A reader that believed it would read the same header for ever."""
    header = bytearray(tarfile.TarInfo("optimizer.py").tobuf())
    header[124:136] = b"\xff" * 10 + b"\xfe\x00"  # -512
    header[156:157] = type_
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)

    assert refused(hand_in(tmp_path, bytes(header) + bytes(1024)))[0] == "damaged"


@pytest.mark.parametrize("records", [b"x", b"0 a=b\n", b"99999 a=b\n", b"5 ab\n", b"\xff=\n"])
def test_damaged_header_of_a_tar_is_damaged(tmp_path: Path, records: bytes) -> None:
    """A record that leads nowhere ends the reading."""
    assert refused(hand_in(tmp_path, pax(records)))[0] == "damaged"


@each_kind
def test_most_entries_are_taken_and_one_more_is_not(tmp_path: Path, kind: str) -> None:
    """A thousand is the limit, itself allowed; the sentence says what to leave out."""
    entries = [("optimizer.py", GOOD), *((f"d/{number}", "") for number in range(999))]

    assert take_in(hand_in(tmp_path, packed(kind, *entries)), EXERCISE).files
    assert refused(hand_in(tmp_path, packed(kind, *entries, ("d/x", "")))) == (
        "too_many",
        "'ada.zip' has more than 1,000 entries; hand in 'optimizer.py' only.",
    )


# What it may cost


def test_zip_of_a_hundred_thousand_entries_is_refused_at_once(tmp_path: Path) -> None:
    """Its directory is not even read."""
    one = zipped([("optimizer.py", GOOD)])
    at, end = one.rindex(b"PK\1\2"), one.rindex(b"PK\5\6")
    raw = one[:at] + one[at:end] * 100_000
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(raw) - at, at, 0)

    assert cheaply(hand_in(tmp_path, raw + tail), seconds=1).kind == "too_many"


def test_zip_of_the_most_entries_that_a_directory_holds_is_refused_soon(tmp_path: Path) -> None:
    """Entries without names, as many as fit into the directory that is read."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, *[0] * 7)
    raw = entry * (2**20 // len(entry))
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(raw), 0, 0)

    assert cheaply(hand_in(tmp_path, raw + tail), seconds=2).kind == "too_many"


def test_tar_of_many_entries_is_read_to_the_limit_only(tmp_path: Path) -> None:
    """Entries beyond the limit cost nothing."""
    raw = tarfile.TarInfo("x").tobuf() * 20_000

    assert cheaply(hand_in(tmp_path, raw), seconds=1).kind == "too_many"


def test_archive_of_more_than_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    """Its size is looked at first; a hole in it takes no room on disk."""
    source = hand_in(tmp_path, b"PK\3\4")
    os.truncate(source, 2**40)

    problem = cheaply(source, seconds=0.5, megabytes=15)

    assert problem.kind == "too_big"
    assert "'ada.zip' has 1,099,511,627,776 bytes; the limit is 10,485,760" in problem.sentence


def test_zip_bomb_in_place_of_the_file_costs_nothing(tmp_path: Path) -> None:
    """A file of fifty megabytes is refused by its size."""
    source = hand_in(tmp_path, zipped([("optimizer.py", bytes(50 * 2**20))]))

    assert cheaply(source, seconds=0.5, megabytes=15).kind == "too_big"


def test_zip_bomb_that_lies_about_its_size_costs_nothing(tmp_path: Path) -> None:
    """What is unpacked ends where the promised size does."""
    raw = zipped([("optimizer.py", bytes(50 * 2**20))])
    lying = raw.replace(struct.pack("<I", 50 * 2**20), struct.pack("<I", 4000))

    assert cheaply(hand_in(tmp_path, lying), seconds=0.5, megabytes=15).kind == "damaged"


def test_zip_bomb_beside_the_file_is_left_aside(tmp_path: Path) -> None:
    """What is not asked for is not unpacked."""
    source = hand_in(tmp_path, zipped([("optimizer.py", GOOD), ("zeros.bin", bytes(50 * 2**20))]))

    assert cheaply(source, seconds=0.5, megabytes=15).files == {"optimizer.py": GOOD}


def test_overlapping_members_of_a_zip_cost_nothing(tmp_path: Path) -> None:
    """A thousand entries that share one bomb are a thousand names."""
    raw = zipped([("optimizer.py", GOOD), ("zeros.bin", bytes(2**22))])
    at, end = raw.rindex(b"PK\1\2"), raw.rindex(b"PK\5\6")
    many = raw[:end] + raw[at:end] * 900
    start = raw.index(b"PK\1\2")
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 902, 902, len(many) - start, start, 0)

    assert cheaply(hand_in(tmp_path, many + tail), seconds=1, megabytes=15).files == {
        "optimizer.py": GOOD
    }


def test_gzip_bomb_is_given_up_soon(tmp_path: Path) -> None:
    """A hundred megabytes of nothing are not unpacked to the end."""
    source = hand_in(tmp_path, gzip.compress(bytes(100 * 2**20), 1), "ada.tar.gz")

    assert cheaply(source, seconds=1).sentence == (
        "'ada.tar.gz' is too much to unpack; the limit is 20 MiB. Hand in your own files only."
    )


def test_gzip_that_unpacks_to_nothing_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten megabytes of blocks without content keep an inflater busy, on some machines for long."""
    monkeypatch.setattr(tarfiles, "_MOST_SECONDS", 0.05)
    head = b"\x1f\x8b\x08" + bytes(7)
    source = hand_in(tmp_path, head + EMPTY_BLOCKS * (10_000_000 // len(EMPTY_BLOCKS)))

    assert cheaply(source, seconds=0.5).kind == "too_big"


def test_zip_that_unpacks_to_nothing_for_ever_is_damaged(tmp_path: Path) -> None:
    """No file needs megabytes to hold kilobytes."""
    blocks = EMPTY_BLOCKS * (10_000_000 // len(EMPTY_BLOCKS))
    deflater = zlib.compressobj(wbits=-15)
    raw = blocks + deflater.compress(GOOD.encode()) + deflater.flush()
    facts = (zlib.crc32(GOOD.encode()), len(raw), len(GOOD), len("optimizer.py"), 0)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, *facts) + b"optimizer.py"
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, *facts, *[0] * 5)
    entry += b"optimizer.py"
    at = len(local) + len(raw)
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry), at, 0)

    assert cheaply(hand_in(tmp_path, local + raw + entry + tail), seconds=0.5).kind == "damaged"


@pytest.mark.parametrize(
    "records",
    [
        b"1" * 2**20,
        b"9" * 3_000_000,
        b"5 a=\n" * 2**18,
        b"".join(record(b"%d" % number, b"") for number in range(170_000)),
        record(b"path", b"x" * 90_000),
    ],
    ids=["digits", "more digits", "one record", "many records", "a path"],
)
def test_long_header_of_a_tar_costs_little(tmp_path: Path, records: bytes) -> None:
    """Digits without end keep a pattern busy; records without end fill the memory."""
    assert cheaply(hand_in(tmp_path, pax(records)), megabytes=15)


def test_chain_of_headers_in_a_tar_costs_little(tmp_path: Path) -> None:
    """Twenty thousand headers that announce one file take neither stack nor time."""
    header = tarfile.TarInfo("told")
    header.type = tarfile.XHDTYPE

    assert cheaply(hand_in(tmp_path, header.tobuf() * 20_000), seconds=1).kind == "too_big"


# The archive itself is read as any file of a student's


def test_link_in_place_of_the_archive_is_not_followed(tmp_path: Path) -> None:
    """A submission cannot be a link to somebody else's archive."""
    hand_in(tmp_path, packed("zip", ("optimizer.py", GOOD)), "theirs.zip")
    (tmp_path / "ada.zip").symlink_to(tmp_path / "theirs.zip")

    assert refused(tmp_path / "ada.zip")[0] == "link"


def test_link_that_appears_between_look_and_opening_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive swapped for a link at the last moment is still not read."""
    theirs = hand_in(tmp_path, packed("zip", ("optimizer.py", GOOD)), "theirs.zip")
    source = hand_in(tmp_path, packed("zip", ("optimizer.py", GOOD)))
    really_open = os.open

    def swap_first(path: str | Path, flags: int, **options: Any) -> int:
        if Path(path).name == "ada.zip":
            source.unlink()
            source.symlink_to(theirs)
        return really_open(path, flags, **options)

    monkeypatch.setattr(os, "open", swap_first)

    assert refused(source)[0] == "link"


def test_named_pipe_in_place_of_the_archive_does_not_hang(tmp_path: Path) -> None:
    """Nobody waits for a writer."""
    os.mkfifo(tmp_path / "ada.zip")

    assert refused(tmp_path / "ada.zip") == (
        "not_a_file",
        "'ada.zip' is a named pipe; put the file there.",
    )


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    """Whether taken or refused, archive and folder are closed again."""
    good = hand_in(tmp_path, packed("zip", ("optimizer.py", GOOD)))
    bad = hand_in(tmp_path, b"PK\3\4", "bad.zip")
    before = len(list(Path("/dev/fd").iterdir()))

    take_in(good, EXERCISE)
    refused(bad)

    assert len(list(Path("/dev/fd").iterdir())) == before


# `--from`


@pytest.mark.parametrize("name", ["a.py", "a.zip", "a.tar", "a.tar.gz", "a.TGZ"])
def test_file_or_archive_may_be_named(tmp_path: Path, name: str) -> None:
    """What is handed in from elsewhere is a folder, a file or an archive."""
    (tmp_path / name).write_bytes(b"abc")

    source = Workspace(tmp_path).source(EXERCISE, tmp_path / name)

    assert source == tmp_path / name
    assert [(file.name, file.bytes) for file in handing_in(EXERCISE, source)] == [(name, 3)]


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A notebook is not handed in as Python."""
    (tmp_path / "a.ipynb").touch()

    with pytest.raises(WorkspaceError, match=r"neither a folder nor a \.py, \.zip, .* file\.$"):
        Workspace(tmp_path).source(EXERCISE, tmp_path / "a.ipynb")


# Whatever it is


_names = st.sampled_from(
    [
        *("optimizer.py", "ada/optimizer.py", "optimizer/optimizer.py", "Optimizer.py", "../x"),
        *("notes.txt", "ada/", "ada", "a\\b", "\udce9", "x" * 300, "._optimizer.py", ".", "/x"),
    ]
)
_contents = st.one_of(
    st.just(GOOD), st.binary(max_size=300), st.sampled_from([SYMLINK, FIFO, FOLDER])
)


@st.composite
def _archives(draw: st.DrawFn) -> bytes:
    """Return an archive: whole, cut off, or with other bytes in some places."""
    kind = draw(st.sampled_from(KINDS))
    names = draw(st.lists(_names, max_size=6, unique=True))
    entries = [
        (name if kind != "zip" else name.replace("\udce9", "e"), draw(_contents)) for name in names
    ]
    raw = bytearray(packed(kind, *entries))
    if draw(st.booleans()):
        del raw[draw(st.integers(0, len(raw))) :]
    for _ in range(draw(st.integers(0, 6)) if raw else 0):
        at = draw(st.integers(0, len(raw) - 1))
        raw[at] = draw(st.integers(0, 255))
    if draw(st.booleans()) and kind in {"tgz", "tar.gz"}:
        return gzip.compress(bytes(raw))
    return bytes(raw)


@settings(database=None, deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(st.one_of(_archives(), st.binary(max_size=700)))
def test_any_bytes_are_taken_in_or_refused(raw: bytes) -> None:
    """No archive makes intake crash, hang or fill the memory."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            outcome = cheaply(hand_in(Path(folder), raw))
        except UserError as error:
            outcome = Problem(kind="error", sentence=str(error))

    if isinstance(outcome, Problem):
        assert outcome.sentence.isprintable()
        assert msgspec.json.encode(outcome)
    else:
        assert list(outcome.files) == ["optimizer.py"]


_plain_names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\\0:", exclude_categories=["Cs"]),
    min_size=1,
    max_size=20,
).filter(lambda name: name not in {".", "..", "optimizer.py"} and len(name.encode()) < 200)


@settings(database=None, deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(st.text(max_size=300).map(lambda text: GOOD + f"# {text!r}\n"), st.text(max_size=99)),
    st.lists(_plain_names, max_size=7, unique_by=str.casefold),
    st.sampled_from(["", "ada/", "ada-main/optimizer/"]),
)
def test_same_files_are_the_same_submission_however_packed(
    text: str, extras: list[str], top: str
) -> None:
    """A folder, a zip and a tar of it give one digest, one set of facts, one notice."""
    raw = text.encode(errors="replace")
    entries: list[Entry] = [("optimizer.py", raw), *((name, "x") for name in extras)]
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "mine").mkdir()
        for name, what in entries:
            (Path(home) / "mine" / name).write_bytes(what if isinstance(what, bytes) else b"x")
        expected = _outcome(Path(home) / "mine")
        actual = [
            _outcome(hand_in(Path(home), packed(kind, *((top + n, w) for n, w in entries))))
            for kind in ("zip", "tar", "tgz")
        ]

    assert actual == [expected] * 3


def _with_flags(raw: bytes, flags: int) -> bytes:
    """Set the general purpose flags of the only member, in both places."""
    changed = bytearray(raw)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = changed.index(signature) + offset
        changed[at] |= flags
    return bytes(changed)


def _with_extra(field: int, extra: bytes) -> bytes:
    """Return a zip archive whose directory tells *field* of its only entry in *extra*."""
    raw = bytearray(zipped([("optimizer.py", GOOD)]))
    at = raw.rindex(b"PK\1\2")
    raw[at + field : at + field + 4] = b"\xff" * 4
    raw[at + 30 : at + 32] = struct.pack("<H", len(extra))
    end = at + 46 + len("optimizer.py")
    raw[end:end] = extra
    directory = raw.rindex(b"PK\5\6")
    raw[directory + 12 : directory + 16] = struct.pack("<I", directory - at)
    return bytes(raw)
