"""A course of nbgrader's that is graded by the tiny course, and nbgrader's own commands."""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import shutil
import sys
import traceback
import warnings
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROOT = Path(__file__).resolve().parents[2]
_TINY = _ROOT / "tests" / "tiny_course"
SECRET = "of-the-nbgrader-tests"


@dataclass
class Class:
    """One course: the torchgrade course *mine*, nbgrader's *folder*, and its commands."""

    mine: Path
    folder: Path

    def run(self, *words: str, check: bool = True) -> str:
        """Run a command of nbgrader's and return all that it says.

        It is the program itself, in a fork of this process: what it imports takes seconds.
        """

        def nbgrader() -> None:
            from nbgrader.apps.nbgraderapp import main

            main()

        return self._run(nbgrader, ("nbgrader", *words), check=check)

    def grade(self, *words: str, check: bool = True) -> str:
        """Run a command of ours on the torchgrade course."""
        import cli

        return self._run(cli.main, ("grade", "--course", str(self.mine), *words), check=check)

    def student(self, name: str, folder: Path, *words: str, check: bool = True) -> str:
        """Run a command of nbgrader's or ours as another user of this machine, in *folder*."""

        def program() -> None:
            _put_on(pwd.getpwnam(name), folder)
            from nbgrader.apps.nbgraderapp import main

            import cli

            (main if words[0] == "nbgrader" else cli.main)()

        return self._run(program, words, check=check)

    def _run(self, program: Callable[[], object], words: tuple[str, ...], *, check: bool) -> str:
        said = self.folder.parent / "said.txt"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 3.12 warns of forks where there are threads
            child = os.fork()
        if child == 0:
            _become(program, words, self.folder, said)
        _, status = os.waitpid(child, 0)
        text = said.read_text(errors="replace")
        assert (os.waitstatus_to_exitcode(status) == 0) is check, text
        return text

    def submitted(self, student: str, assignment: str = "counter") -> Path:
        """Return the folder of a submission, as `nbgrader collect` makes it."""
        return self.folder / "submitted" / student / assignment

    def hand_in(self, student: str, text: str | None, assignment: str = "counter") -> Path:
        """Put a submission where `collect` puts it, with *text* as its file, or the stub."""
        folder = self.submitted(student, assignment)
        shutil.copytree(self.folder / "release" / assignment, folder)
        (folder / "timestamp.txt").write_text("2030-01-01 12:00:00 UTC")
        if text is not None:
            (folder / "counter.py").write_text(text)
        return folder

    def cells(self, student: str) -> list[dict]:
        """Return the cells of the autograded notebook."""
        path = self.folder / "autograded" / student / "counter" / "counter.ipynb"
        return json.loads(path.read_text())["cells"]

    def feedback(self, student: str) -> str:
        """Return the page of feedback."""
        return (self.folder / "feedback" / student / "counter" / "counter.html").read_text()


def _become(
    program: Callable[[], object], words: tuple[str, ...], folder: Path, said: Path
) -> None:
    """Run *program* in this process as the command line would, and end the process."""
    code = 3
    try:
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.chdir(folder)
        os.environ |= {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(_ROOT),
            "TORCHGRADE_SECRET": SECRET,
            "JUPYTER_CONFIG_DIR": str(folder.parent / "no-config"),
            "JUPYTER_DATA_DIR": str(folder.parent / "jupyter-data"),
        }
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        sys.argv = list(words)
        program()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it must not become a second pytest
        traceback.print_exc()
    finally:
        # Engines end with their runs, at exit at the latest; pytest's own end is not for a fork.
        weakref.finalize._exitfunc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _put_on(user: pwd.struct_passwd, folder: Path) -> None:
    """Become *user*, who lives in the folder above *folder*; only root can."""
    spec = importlib.util.spec_from_file_location("as_user", _ROOT / "tests" / "as_user.py")
    as_user = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_user)
    as_user.open_up(sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), _ROOT}))
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    for name in ("JUPYTER_DATA_DIR", "TORCHGRADE_SECRET", "TORCHGRADE_COURSE"):
        os.environ.pop(name, None)
    home = folder if folder.name == user.pw_name else folder.parent
    os.environ |= {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home.parent / "config")}
    os.chdir(folder)


@pytest.fixture(scope="session")
def new_class() -> Callable[[Path], Class]:
    """Give a function that makes a course in a folder, released and ready to be handed in."""
    pytest.importorskip("nbgrader.apps.nbgraderapp")

    def make(folder: Path, *, config: str = "") -> Class:
        mine = folder / "mine"
        shutil.copytree(_TINY, mine, ignore=shutil.ignore_patterns("__pycache__"))
        own = Class(mine=mine, folder=folder / "class101")
        own.folder.mkdir()
        own.grade("nbgrader", "init", str(own.folder))
        with (own.folder / "nbgrader_config.py").open("a") as file:
            file.write(config)
        own.grade("release", "counter", "--nbgrader", str(own.folder))
        own.run("generate_assignment", "counter")
        return own

    return make


@pytest.fixture(scope="module")
def shared_class(
    new_class: Callable[[Path], Class], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Class]:
    """Give one course to all tests of a module."""
    return new_class(tmp_path_factory.mktemp("nbgrader"))
