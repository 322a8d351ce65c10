"""Measure the margins of speed limits on this machine, idle and under load.

Right spellings and slow mistakes are timed through the same house that times students, each with
a fixed number of pairs, so that every estimate is as good as any other.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.exercise import SPEED
from autograder.errors import CourseError, UserError
from autograder.grading import Grader
from autograder.judging.mistakes import read_mistakes
from autograder.results import margins
from autograder.results.margin_plot import draw
from autograder.results.margins import Calibration, Estimate, Margin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.course.catalog import Catalog
    from autograder.course.exercise import Exercise
    from autograder.results.report import Speed

__all__ = ["busy", "calibrate"]

_PAIRS = 11


def calibrate(
    catalog: Catalog,
    exercises: Sequence[Exercise],
    *,
    pictures: Path,
    runs: int = 3,
    fresh: bool = False,
    isolation: str | None = None,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> tuple[Calibration, ...]:
    """Measure every speed limit of *exercises*, keep the margins, and draw them.

    Args:
        catalog: Their course.
        exercises: Which; those without speed checks are passed over.
        pictures: Folder for one PNG for each exercise.
        runs: Estimates of each implementation, idle and again under load.
        fresh: Measure again what was measured before and has not changed since.
        isolation: As for `Grader`.
        progress: Told how many timings of how many are done, and what comes next.

    Raises:
        UserError: If none of them has a speed check, or a picture cannot be written.
    """
    timed = [e for e in exercises if e.has_hidden_suite and e.points.get(SPEED)]
    if not timed:
        names = ", ".join(exercise.id for exercise in exercises)
        raise UserError(f"There is no speed check to calibrate in: {names}.")
    kept = {} if fresh else margins.read(catalog.calibrations)
    done = []
    with Grader(catalog, isolation=isolation) as grader:
        for exercise in timed:
            digest, known = catalog.digest(exercise), kept.get(exercise.id)
            if known is None or known.course != digest:
                known = Calibration(
                    exercise=exercise.id,
                    course=digest,
                    measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    margins=_measured(grader, exercise, runs, progress),
                )
                margins.write(catalog.calibrations, [known])
            _keep_picture(pictures / f"{exercise.id}.png", draw(known))
            done.append(known)
    return tuple(done)


@contextlib.contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep *processes* processes busy that do nothing but count."""
    command = [sys.executable, "-I", "-c", "while True: pass"]
    started = [subprocess.Popen(command) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def _measured(
    grader: Grader, exercise: Exercise, runs: int, progress: Callable[[int, int, str], None]
) -> tuple[Margin, ...]:
    checks = [c.check for c in grader.checks(exercise) if c.part == SPEED and c.points]
    slow = {
        check: [m.path for m in read_mistakes(exercise.secret / "mistakes") if check in m.fails]
        for check in checks
    }
    rights = exercise.rights
    everyone = [*rights, *dict.fromkeys(path for paths in slow.values() for path in paths)]
    timings = [
        (is_loaded, path) for is_loaded in (False, True) for _ in range(runs) for path in everyone
    ]
    found: dict[tuple[str, Path, bool], list[Speed]] = defaultdict(list)
    with contextlib.ExitStack() as load:
        for done, (is_loaded, path) in enumerate(timings):
            if done == len(timings) // 2:
                load.enter_context(busy((os.cpu_count() or 1) + 1))
            condition = "under load" if is_loaded else "idle"
            progress(done, len(timings), f"{exercise.id}: {path.stem}, {condition}")
            for check, speed in _timed(grader, exercise, path).items():
                found[check, path, is_loaded].append(speed)

    def estimate(check: str, path: Path) -> Estimate:
        idle, loaded = (tuple(s.ratio for s in found[check, path, is_]) for is_ in (False, True))
        name = "solution" if path == exercise.solution else path.stem
        return Estimate(name=name, is_right=path in rights, idle=idle, loaded=loaded)

    return tuple(
        Margin(
            check=check,
            limit=found[check, exercise.solution, False][0].limit,
            reference=found[check, exercise.solution, False][0].reference,
            estimates=tuple(estimate(check, path) for path in (*rights, *slow[check])),
        )
        for check in checks
    )


def _timed(grader: Grader, exercise: Exercise, path: Path) -> dict[str, Speed]:
    """Return what the speed checks measured of the file at *path*, by check."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / exercise.files[0]
        copy.write_bytes(path.read_bytes())
        report = grader.grade(Path(folder), exercise, part=SPEED, pairs=_PAIRS)
    measured = {v.check: v.speed for v in report.verdicts if v.speed}
    if not measured:
        said = next((v.message for v in report.verdicts if v.message), "it could not be graded")
        raise CourseError(f"{path.name} of {exercise.id!r} could not be timed: {said}")
    return measured


def _keep_picture(path: Path, image: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
    except OSError as error:
        raise UserError(
            f"The picture {str(path)!r} cannot be written: {error.strerror}."
        ) from error
