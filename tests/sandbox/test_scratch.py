"""A worker's folder where it has no file system of its own: bounded, and gone in the end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("the cage is made of Linux", allow_module_level=True)

from autograder.sandbox import scratch
from autograder.sandbox.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which temporary folders are made."""
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def folder() -> Iterator[Scratch]:
    """Give a folder that may hold a megabyte."""
    made = Scratch(1)
    yield made
    if made.path.exists():
        made.remove()


def _write(path: Path, size: int) -> None:
    path.write_bytes(bytes(size))


def test_what_fits_is_allowed(folder: Scratch) -> None:
    """A few files below the limit are nobody's business."""
    _write(folder.path / "one", 400_000)
    _write(folder.path / "two", 400_000)

    assert not folder.is_full(os.getpid())


def test_files_count_together(folder: Scratch) -> None:
    """Each may be small enough by itself."""
    (folder.path / "below").mkdir()
    for i in range(4):
        _write(folder.path / "below" / str(i), 300_000)

    assert folder.is_full(os.getpid())


def test_names_count(folder: Scratch) -> None:
    """Empty files take room in every file system."""
    for i in range(1025):
        _write(folder.path / str(i), 0)

    assert folder.is_full(os.getpid())


def test_files_without_a_name_count(folder: Scratch) -> None:
    """What was unlinked takes its room for as long as it is open."""
    with (folder.path / "hidden").open("wb") as file:
        file.write(bytes(2_000_000))
        file.flush()
        (folder.path / "hidden").unlink()

        assert folder.is_full(os.getpid())
    assert not folder.is_full(os.getpid())


def test_holes_do_not_count(folder: Scratch) -> None:
    """What takes no room is no harm."""
    with (folder.path / "sparse").open("wb") as file:
        file.truncate(2**30)

    assert not folder.is_full(os.getpid())


def test_links_are_not_followed(folder: Scratch, home: Path) -> None:
    """Neither to look nor to remove."""
    _write(home / "elsewhere", 3_000_000)
    (folder.path / "link").symlink_to(home / "elsewhere")

    assert not folder.is_full(os.getpid())
    folder.remove()
    assert (home / "elsewhere").exists()
    assert not folder.path.exists()


def test_what_nobody_holds_is_swept(folder: Scratch, home: Path) -> None:
    """Old folders that no server has locked go; young ones and held ones stay."""
    for name, age in (("old", 0), ("young", None)):
        path = home / f"torchgrade-work-{name}"
        path.mkdir()
        _write(path / "file", 10)
        if age is not None:
            os.utime(path, (age, age))
    os.utime(folder.path, (0, 0))

    scratch.sweep()

    assert {path.name for path in home.iterdir()} == {"torchgrade-work-young", folder.path.name}
