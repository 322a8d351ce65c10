"""Check an exercise at every save, beside the editor, until the student quits.

`decide` says what a save or a key asks for, `Session` does it; neither knows a terminal's modes
or the file system's events, which `watch_exercise` brings in.
"""

from __future__ import annotations

import contextlib
import enum
import os
import select
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from autograder.course.exercise import Suite
from autograder.course.rules import Rules
from autograder.errors import UserError
from autograder.language import tr
from autograder.results.advice import next_step
from autograder.results.feedback import Setting, to_terminal
from autograder.results.hinting import hints_shown, next_hint
from autograder.results.layout import Block, Symbols
from autograder.results.overview import print_map
from autograder.results.told import given

if sys.platform != "win32":  # no keys there, but a save still runs
    import termios
    import tty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.grading import Grader
    from autograder.results.history import History

__all__ = ["Session", "Step", "decide", "watch_exercise"]

_TICK_MS = 100  # how long a key may wait
_GROUP_MS = 400  # an editor writes one save in several steps


class Step(enum.Enum):
    """What the student asked for."""

    RUN = "r"
    NEXT = "n"
    HINT = "h"
    LIST = "l"
    QUIT = "q"


def decide(*, saved: bool, keys: str) -> tuple[Step, ...]:
    """Return what to do, in order, after a save or a few keys; other keys mean nothing.

    Quitting comes before everything else. Saving several times asks for one run.
    """
    if keys.startswith("\x1b"):  # an arrow or function key, whose letters are not meant
        keys = ""
    known = {step.value: step for step in Step} | {"\x04": Step.QUIT}
    asked = [known[key] for key in keys.lower() if key in known]
    if Step.QUIT in asked:
        return (Step.QUIT,)
    return tuple(dict.fromkeys([Step.RUN] * saved + asked))


class Session:
    """One student at work: the exercise at hand, and what is on the screen.

    Args:
        grader: Judges each save.
        history: Keeps the reports, and knows what comes next.
        catalog: The course.
        exercise: Where to begin.
        console: Where to show the feedback.
        verbose: Whether to show every check.
    """

    def __init__(
        self,
        grader: Grader,
        history: History,
        catalog: Catalog,
        exercise: Exercise,
        console: Console,
        *,
        verbose: bool = False,
    ) -> None:
        self.has_keys = True
        self.grader = grader
        self.history = history
        self.catalog = catalog
        self.console = console
        self.verbose = verbose
        self._turn_to(exercise)

    def take(self, step: Step) -> bool:
        """Do *step*; return whether to go on. What the student can put right is only shown.

        Turning to the next exercise does not run it: its own watch begins with a run.
        """
        actions: dict[Step, Callable[[], None]] = {
            Step.RUN: self._run,
            Step.NEXT: self._next,
            Step.HINT: self._hint,
            Step.LIST: self._list,
        }
        if step is Step.QUIT:
            return False
        try:
            actions[step]()
        except UserError as error:
            said = tr("Error: {error}", error=error)
            self.console.print(Text(said, style="red"))
        self._keys()
        return True

    def _turn_to(self, exercise: Exercise) -> None:
        self.folder = self.history.workspace.source(exercise)
        self.exercise = exercise
        with self.console.status(tr("Starting the grader ...")):
            self.grader.prepare(exercise, Suite.PUBLIC)

    def _run(self) -> None:
        self.console.clear()
        with self.console.status(tr("Checking {file} ...", file=self.exercise.files[0])):
            whole = self.grader.grade(self.folder, self.exercise, suite=Suite.PUBLIC)
        report = given(whole, self.catalog, self.history.workspace)
        unkept = None
        try:
            self.history.record(report)
        except UserError as error:
            unkept = error
        step = next_step(report, self.exercise, self._following())
        shown = hints_shown(self.exercise, Rules.of(self.catalog), self.history.workspace)
        setting = Setting(
            title=self.exercise.title, next_step=step, verbose=self.verbose, hints=shown
        )
        self.console.clear()
        to_terminal(report, self.console, setting)
        if unkept:
            raise unkept

    def _next(self) -> None:
        following = self._following()
        if following is None:
            self.console.print(tr("There is no other exercise to build."))
            return
        self.history.workspace.start(following)
        self._turn_to(following)

    def _hint(self) -> None:
        hint = next_hint(self.exercise, self.history)
        self.console.print(Text(), Block(hint.in_words(), "cyan"), sep="\n")

    def _list(self) -> None:
        self.console.clear()
        print_map([(e, self.history.standing(e)) for e in self.catalog], self.console)

    def _following(self) -> Exercise | None:
        return self.history.following(self.exercise, self.catalog)

    def _keys(self) -> None:
        dot = Symbols(ascii_only=self.console.options.ascii_only).dot
        following = self._following()
        keys = [tr("h hint"), tr("r run"), tr("l list"), tr("q quit")]
        if following:
            keys.insert(0, tr("n next: {id}", id=following.id))
        line = f" {dot} ".join(keys) if self.has_keys else tr("Ctrl-C ends this.")
        file = f"{self.folder.name}/{self.exercise.files[0]}"
        watched = tr("Watching {file}", file=file)
        self.console.print(Text(), Block(watched, "dim"), Block(line, "reverse"), sep="\n")


def watch_exercise(
    grader: Grader,
    history: History,
    catalog: Catalog,
    exercise: Exercise,
    console: Console,
    *,
    verbose: bool = False,
) -> None:
    """Check *exercise* now and at every save, until the student quits.

    Raises:
        UserError: If *exercise* was not started.
    """
    session = Session(grader, history, catalog, exercise, console, verbose=verbose)
    if sys.platform == "win32" or not sys.stdin.isatty():
        session.has_keys = False
        while _watch_folder(session, pressed=lambda: ""):
            continue
        return
    with _keyboard() as pressed:
        while _watch_folder(session, pressed):
            continue


def _watch_folder(session: Session, pressed: Callable[[], str]) -> bool:
    """Serve one exercise; return True when the student turns to another, False on quitting."""
    from watchfiles import Change, watch

    def is_ours(_change: Change, path: str) -> bool:
        return Path(path).name in session.exercise.files

    folder = session.folder
    events = watch(
        folder,
        watch_filter=is_ours,
        recursive=False,
        debounce=_GROUP_MS,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
    )
    # The first run waits for the watch to stand, so that no save falls between the two.
    is_first = True
    for changes in events:
        for step in decide(saved=bool(changes) or is_first, keys=pressed()):
            if not session.take(step):
                return False
        is_first = False
        if session.folder != folder:
            return True
    return False


@contextlib.contextmanager
def _keyboard() -> Iterator[Callable[[], str]]:
    """Give a function that returns the keys pressed since it was last asked.

    The terminal gets its old modes back however this ends: SIGTERM counts as Ctrl-C.
    """
    terminal = sys.stdin.fileno()
    modes = termios.tcgetattr(terminal)
    on_terminate = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        tty.setcbreak(terminal)
        yield lambda: _pressed(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
        signal.signal(signal.SIGTERM, on_terminate)


def _pressed(terminal: int) -> str:
    readable, _, _ = select.select([terminal], [], [], 0)
    return os.read(terminal, 64).decode(errors="replace") if readable else ""
