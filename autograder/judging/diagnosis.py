"""Name the mistake: which known one behaves, on the same inputs, as this submission did?

Every run of every failed check is repeated on the known mistakes. A mistake explains a check if
all of that check's runs come out the same. Where none explains everything, two at once may: each
a part of it, or both together in one file. A guess is not sold as knowledge, so names are given
only where

* nothing speaks against them: a mistake that would fail a check that passed is not there; and
* they explain every failed check that they would fail alone, the first failed one among them.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.judging.lineup import Lineup
from autograder.judging.mistakes import Mistake, read_mistakes, spliced
from autograder.results.report import Diagnosis

if TYPE_CHECKING:
    import socket
    from collections.abc import Collection, Mapping, Sequence

    from autograder.judging.implementation import Run
    from autograder.judging.protocol import Job

__all__ = ["diagnose"]

_MOST_SUSPECTS = 24
"""How many mistakes are tried on one submission."""
_MOST_FILES = 8
"""How many files with two mistakes."""
_SHARE = 0.5
"""The least share of the failed checks that a single mistake must explain to be named."""


class _Suspect(msgspec.Struct, frozen=True):
    """A known mistake, and the failed checks in which it does what the submission did."""

    mistake: Mistake
    explains: frozenset[str]


def diagnose(
    failing: Mapping[str, Sequence[Run]],
    passed: Collection[str],
    job: Job,
    control: socket.socket,
    mistakes: str | None,
) -> tuple[Diagnosis, ...]:
    """Return the known mistakes that behave together as the submission did: none, one or two.

    Args:
        failing: The runs of every failed check, in the order in which the checks ran.
        passed: The checks that passed.
        job: What was judged.
        control: The fork server's control socket.
        mistakes: Folder of the known mistakes; None where they are not on this machine.
    """
    if not failing or mistakes is None:
        return ()
    lineup = Lineup(failing, job, control)
    failed = frozenset(lineup.checks)
    # Nearest first: of two mistakes that behave alike here, the one that fails the same checks.
    known = sorted(
        (m for m in read_mistakes(Path(mistakes)) if _may_be_there(m, failed, passed, job)),
        key=lambda mistake: len(mistake.fails ^ failed),
    )
    suspects = []
    for mistake in known[:_MOST_SUSPECTS]:
        suspects.append(_Suspect(mistake, lineup.explained_by(mistake.text, mistake.fails)))
        if suspects[-1].explains == failed:
            return _told(suspects[-1:], lineup.checks)
    for k, suspect in enumerate(suspects):
        # What depends on the order of a set is the same in the cage that the submission had.
        if suspect.mistake.fails == failed:
            suspects[k] = _Suspect(
                suspect.mistake, lineup.explained_in_a_cage(suspect.mistake.text)
            )
            if suspects[k].explains == failed:
                return _told(suspects[k : k + 1], lineup.checks)
    found = _two_at_once(suspects, failed, lineup) or _one_of_several(suspects, lineup.checks)
    return _told(found, lineup.checks)


def _may_be_there(
    mistake: Mistake, failed: frozenset[str], passed: Collection[str], job: Job
) -> bool:
    return (
        not mistake.fails.isdisjoint(failed)
        and mistake.fails.isdisjoint(passed)
        and mistake.name not in job.unknown
    )


def _two_at_once(
    suspects: Sequence[_Suspect], failed: frozenset[str], lineup: Lineup
) -> Sequence[_Suspect]:
    """Return two mistakes that explain every failed check together, and not alone."""
    pairs = sorted(
        (
            pair
            for pair in combinations(suspects, 2)
            if failed <= pair[0].mistake.fails | pair[1].mistake.fails
        ),
        key=lambda pair: len((pair[0].mistake.fails | pair[1].mistake.fails) ^ failed),
    )
    for pair in pairs:
        if pair[0].explains | pair[1].explains == failed:
            return pair
    left = _MOST_FILES
    for one, other in pairs:
        both = one.explains | other.explains
        for text in (
            *spliced(one.mistake.text, other.mistake.text),
            *spliced(other.mistake.text, one.mistake.text),
        ):
            left -= 1
            if left < 0:
                return ()
            together = lineup.explained_by(text) - both
            if together | both == failed:
                return [_Suspect(s.mistake, s.explains | together) for s in (one, other)]
    return ()


def _one_of_several(suspects: Sequence[_Suspect], checks: Sequence[str]) -> Sequence[_Suspect]:
    """Return the mistake that explains most, the first failed check among them.

    It explains every failed check that it would fail alone, and at least half of all; or it fails
    exactly these checks: what lives on from one check to the next, such as a list that belongs to
    the class, makes the later ones differ.
    """
    sure = [
        suspect
        for suspect in suspects
        if checks[0] in suspect.explains
        and (
            suspect.mistake.fails == frozenset(checks)
            or (
                suspect.mistake.fails.intersection(checks) <= suspect.explains
                and len(suspect.explains) >= _SHARE * len(checks)
            )
        )
    ]
    return sorted(sure, key=lambda suspect: -len(suspect.explains))[:1]


def _told(suspects: Sequence[_Suspect], checks: Sequence[str]) -> tuple[Diagnosis, ...]:
    """Return *suspects* as they are told, the one that explains the first failed check first."""
    told = [
        Diagnosis(
            mistake=suspect.mistake.name,
            sentence=suspect.mistake.says,
            checks=tuple(check for check in checks if check in suspect.explains),
        )
        for suspect in suspects
    ]
    return tuple(
        sorted(told, key=lambda known: min(map(checks.index, known.checks), default=len(checks)))
    )
