"""Name the mistake: which known one behaves, on the same inputs, as this submission did?

Every run of every failed check is repeated on the known mistakes. A mistake explains a check if
all of that check's runs come out the same. Where none explains everything, two at once may: each
a part of it, or both together in one file. A guess is not sold as knowledge, so names are given
only where

* nothing speaks against them: a mistake that would fail a check that passed is not there; and
* they explain every failed check that they would fail alone, the first failed one among them.
"""

from __future__ import annotations

from itertools import combinations, islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.judging.lineup import Candidate, Lineup
from autograder.judging.mistakes import Mistake, read_mistakes, spliced
from autograder.results.report import Diagnosis

if TYPE_CHECKING:
    import socket
    from collections.abc import Collection, Iterator, Mapping, Sequence

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
    caged: bool
    """Whether it is seen in a cage."""
    explains: frozenset[str] = frozenset()
    alone: bool = False
    """Whether that was seen in a process in which no other had been before."""


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
    return _told(_Search(lineup).named(known[:_MOST_SUSPECTS]), lineup.checks)


class _Search:
    """Looks for mistakes that explain what a submission did; who is found is seen once more alone."""

    def __init__(self, lineup: Lineup) -> None:
        self._lineup = lineup
        self._failed = frozenset(lineup.checks)

    def named(self, known: Sequence[Mistake]) -> Sequence[_Suspect]:
        """Return those of *known*, nearest first, that explain it together: none, one or two."""
        suspects = [_Suspect(mistake, caged=self._lineup.is_caged) for mistake in known]
        if found := self._whole(suspects):
            return found
        if not self._lineup.is_caged:
            # What depends on the order of a set is the same in the cage that the submission had.
            exact = [_Suspect(m, caged=True) for m in known if m.fails == self._failed]
            found = self._whole(exact)
            suspects[: len(exact)] = exact
            if found:
                return found
        self._look_again(suspects)
        while found := self._two_at_once(suspects) or _one_of_several(
            suspects, self._lineup.checks
        ):
            if self._is_sure(suspects, found):
                return found
        return ()

    def _whole(self, suspects: list[_Suspect]) -> Sequence[_Suspect]:
        """See *suspects* and return the first that explains everything, alone as well."""
        done = 0
        while done < len(suspects):
            seen = self._seen(suspects[done:])
            suspects[done : done + len(seen)] = seen
            done += len(seen)
            if seen[-1].explains == self._failed and self._is_sure(suspects, seen[-1:]):
                return seen[-1:]
        return ()

    def _seen(self, suspects: Sequence[_Suspect], *, patient: bool = False) -> list[_Suspect]:
        """Return *suspects*, all of one place, as they are seen now, up to who explains everything."""
        if not suspects:
            return []
        files = [Candidate(s.mistake.text, s.mistake.fails, self._failed) for s in suspects]
        caged = suspects[0].caged
        seen = self._lineup.compare(files, patient=patient, caged=caged)
        return [
            _Suspect(suspect.mistake, caged, *likeness)
            for suspect, likeness in zip(suspects, seen, strict=False)
        ]

    def _is_sure(self, suspects: list[_Suspect], found: Sequence[_Suspect]) -> bool:
        """Return whether *found* do alone what they did; put what they do into *suspects*."""
        names = {suspect.mistake.name for suspect in found}
        is_sure = True
        for k, suspect in enumerate(suspects):
            if suspect.mistake.name in names and suspect.explains and not suspect.alone:
                (suspects[k],) = self._seen([suspect], patient=True)
                is_sure &= suspects[k].explains == suspect.explains
        return is_sure

    def _look_again(self, suspects: list[_Suspect]) -> None:
        """See the later checks of those who might explain what is left of another's."""
        late = [
            k
            for k, suspect in enumerate(suspects)
            if not suspect.explains
            and any(
                other.explains and self._failed - other.explains <= suspect.mistake.fails
                for other in suspects
            )
        ]
        for caged in (False, True):
            places = [k for k in late if suspects[k].caged is caged]
            seen = self._seen([suspects[k] for k in places], patient=True)
            for k, suspect in zip(places, seen, strict=False):
                suspects[k] = suspect

    def _two_at_once(self, suspects: Sequence[_Suspect]) -> Sequence[_Suspect]:
        """Return two mistakes that explain every failed check together, and not alone."""
        pairs = sorted(
            (
                pair
                for pair in combinations(suspects, 2)
                if self._failed <= pair[0].mistake.fails | pair[1].mistake.fails
            ),
            key=lambda pair: len((pair[0].mistake.fails | pair[1].mistake.fails) ^ self._failed),
        )
        for pair in pairs:
            if pair[0].explains | pair[1].explains == self._failed:
                return pair
        return self._in_one_file(pairs)

    def _in_one_file(self, pairs: Sequence[tuple[_Suspect, _Suspect]]) -> Sequence[_Suspect]:
        """Return the first two that explain in one file what they do not apart."""
        tried = list(islice(_files_of(pairs), _MOST_FILES))
        while tried:
            files = [
                Candidate(text, rest := self._failed - one.explains - other.explains, rest)
                for one, other, text in tried
            ]
            seen = self._lineup.compare(files)
            last = len(seen) - 1
            rest = files[last].sought
            if seen[last].explains == rest and (
                seen[last].alone or self._lineup.compare([files[last]])[0].explains == rest
            ):
                return [_Suspect(s.mistake, s.caged, s.explains | rest) for s in tried[last][:2]]
            del tried[: last + 1]
        return ()


def _files_of(
    pairs: Sequence[tuple[_Suspect, _Suspect]],
) -> Iterator[tuple[_Suspect, _Suspect, str]]:
    """Yield files with both mistakes of each pair."""
    for one, other in pairs:
        for mine, theirs in ((one, other), (other, one)):
            for text in spliced(mine.mistake.text, theirs.mistake.text):
                yield one, other, text


def _may_be_there(
    mistake: Mistake, failed: frozenset[str], passed: Collection[str], job: Job
) -> bool:
    return (
        not mistake.fails.isdisjoint(failed)
        and mistake.fails.isdisjoint(passed)
        and mistake.name not in job.unknown
    )


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
