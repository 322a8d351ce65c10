"""Name the mistake: which known one behaves, on the same inputs, as this submission did?

Every run of every failed check is repeated on the known mistakes, each in a worker of its
own. A mistake explains a check if all of that check's runs come out the same. It is named
only if it explains the first failed check: a guess is not sold as knowledge.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.judging.comparison import Mismatch, assert_close
from autograder.judging.implementation import Finding, Run, Submitted, UngradableError
from autograder.results.report import Diagnosis
from autograder.results.verdict import Verdict
from autograder.sandbox import packing, wire

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from autograder.judging.protocol import Job

__all__ = ["Mistake", "diagnose", "read_mistakes"]

_HEADER = re.compile(r"Fails: (?P<fails>.+?)\.\s+Says: (?P<says>.+)", re.DOTALL)
_MOST_RUNS = 40
"""Runs repeated on one mistake, so that a submission that fails everywhere stays cheap."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong implementation on purpose, named after its misconception."""

    name: str
    path: Path
    fails: frozenset[str]
    """Exactly the checks that it fails; those skipped for want of them are not named."""
    says: str
    """The sentence of a good teacher."""


@cache
def read_mistakes(folder: Path) -> tuple[Mistake, ...]:
    """Return the mistakes of one exercise, by name.

    Raises:
        ValueError: If a file is not Python, or does not begin with `Fails: … . Says: …`.
    """
    found = []
    for path in sorted(folder.glob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), path.name)
        except SyntaxError as error:
            raise ValueError(f"{path} is not Python: {error}") from error
        doc = ast.get_docstring(tree) or ""
        header = _HEADER.fullmatch(" ".join(doc.split()))
        if header is None:
            raise ValueError(f"{path} does not begin with 'Fails: <checks>. Says: <sentence>'")
        fails = frozenset(re.split(r",\s*", header["fails"]))
        found.append(Mistake(name=path.stem, path=path, fails=fails, says=header["says"]))
    return tuple(found)


def diagnose(
    failing: dict[str, list[Run]], job: Job, control: socket.socket, mistakes: str | None
) -> tuple[Diagnosis, ...]:
    """Return the known mistake that behaves as the submission did, if there is one.

    Args:
        failing: The runs of every failed check, in the order in which the checks ran.
        job: What was judged.
        control: The fork server's control socket.
        mistakes: Folder of the known mistakes; None where they are not on this machine.
    """
    if not failing or mistakes is None:
        return ()
    first, failed = next(iter(failing)), frozenset(failing)
    candidates = [m for m in read_mistakes(Path(mistakes)) if first in m.fails]
    # Nearest first: of two mistakes that behave alike here, the one that fails the same checks.
    candidates.sort(key=lambda m: len(m.fails ^ failed))
    best: tuple[str, ...] = ()
    named: Mistake | None = None
    for mistake in candidates:
        explained = tuple(_explained(mistake, failing, job, control))
        if first in explained and len(explained) > len(best):
            best, named = explained, mistake
        if len(best) == len(failed):
            break  # everything is explained, and what comes is no nearer
    if named is None:
        return ()
    return (Diagnosis(mistake=named.name, sentence=named.says, checks=best),)


def _explained(
    mistake: Mistake, failing: dict[str, list[Run]], job: Job, control: socket.socket
) -> Iterator[str]:
    text = mistake.path.read_text(encoding="utf-8")
    main = next(iter(job.load.files))
    load = msgspec.structs.replace(job.load, files={**job.load.files, main: text})
    left = _MOST_RUNS
    with Submitted(control, job.limits, load, job.seconds) as candidate:
        for check, runs in failing.items():
            left -= len(runs)
            if left < 0:
                return
            if runs and all(_behaves_alike(candidate, run) for run in runs):
                yield check
            elif check == next(iter(failing)):
                return  # it does not explain what failed first


def _behaves_alike(candidate: Submitted, run: Run) -> bool:
    try:
        seen = candidate.run(run.probe, **packing.unpack(run.inputs))
    except Finding as finding:
        return isinstance(run.outcome, Finding) and _same_finding(finding, run.outcome)
    except UngradableError:
        return False
    if not isinstance(run.outcome, wire.Observation):
        return False
    try:
        assert_close(seen, packing.unpack(run.outcome.value))
    except Mismatch:
        return False
    return True


def _same_finding(one: Finding, other: Finding) -> bool:
    if one.verdict is Verdict.TIMED_OUT or one.verdict is not other.verdict:
        return False
    return _words(one.message) == _words(other.message)


def _words(message: str) -> list[str]:
    """Return the words of an exception, in any order: `a * b` and `b * a` fail for one reason."""
    return sorted(re.findall(r"\w+", re.sub(r"0x[0-9a-f]+", "", message)))
