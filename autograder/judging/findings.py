"""What a student reads where no comparison was made: code raised, hung, ended or was refused.

A worker says in a `Failure` what happened, or ends; here that becomes a verdict with a sentence, or a
problem for which nothing can be judged. What it says is an enemy's text, bounded by `wire`.
"""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import msgspec

from autograder.language import marked, tr
from autograder.results.report import Problem, Where
from autograder.results.verdict import Verdict
from autograder.sandbox.custody import TookTooLong, WorkerEnded
from autograder.sandbox.guard import ENDED
from autograder.sandbox.limits import sentence_of

if TYPE_CHECKING:
    from autograder.sandbox import wire
    from autograder.sandbox.limits import WorkerLimits

__all__ = ["REACHED", "Finding", "end_of", "finding_of", "import_end", "import_problem", "named"]

REACHED = marked("it reached for what this exercise does not allow")
_SYNTAX_ERRORS = {"SyntaxError", "IndentationError", "TabError"}
_FROM_THE_COMPILER = re.compile(r"(?P<why>.+) \((?P<file>[^()]+), line (?P<line>\d{1,9})\)")
_PATH_OF_A_MODULE = re.compile(r" \((/[^()]*|unknown location)\)$")  # it is of this machine


class Finding(Exception):  # noqa: N818 - it is a verdict on its way to the report
    """A verdict other than passed that needs no comparison: code raised, hung, or ended."""

    def __init__(self, verdict: Verdict, message: str, where: Where | None = None) -> None:
        self.verdict = verdict
        self.message = message
        self.where = where
        super().__init__(message)


def end_of(code: int | None, limits: WorkerLimits) -> str:
    """Say how a process ended."""
    if code is None:
        return tr("it was killed")
    if code == -signal.SIGKILL:
        return tr(
            "it was killed, as the system does when {seconds} seconds of processor time or the "
            "machine's memory are used up",
            seconds=limits.cpu_seconds,
        )
    if code >= 0:
        return tr("exit code {code}", code=code)
    meaning = signal.strsignal(-code)  # to a student, 11 says less than "Segmentation fault"
    return tr("killed by signal {signal}", signal=-code) + (f", {meaning}" if meaning else "")


def import_end(error: Exception, limits: WorkerLimits, output: str) -> Problem:
    """Return what is told where the import brought no answer."""
    kind = "import_failed"
    if isinstance(error, TookTooLong):
        sentence = tr(
            "Your file did not finish importing within {seconds:g} seconds: "
            "move work that runs on import under 'if __name__ == \"__main__\":'.",
            seconds=error.seconds,
        )
    elif isinstance(error, WorkerEnded) and error.code == ENDED:
        kind = "forbidden"
        sentence = tr("Importing your file was stopped: {why}.", why=tr(REACHED))
    elif isinstance(error, WorkerEnded) and (met := sentence_of(error.limit, limits)):
        sentence = tr("Importing your file stopped: {why}.", why=met)
    elif isinstance(error, WorkerEnded):
        end = end_of(error.code, limits)
        sentence = tr("Your file ended the process while it was imported ({end}).", end=end)
    else:
        sentence = tr("Your file could not be imported: {error}.", error=error)
    return Problem(kind=kind, sentence=sentence, output=output)


def _where(failure: wire.Failure) -> Where | None:
    if failure.file is None or failure.line is None:
        return None
    return Where(
        file=failure.file, line=failure.line, function=failure.function, source=failure.source
    )


def named(failure: wire.Failure, limits: WorkerLimits) -> wire.Failure:
    """Return *failure* in words that name the limit it speaks of, if it speaks of one."""
    sentence = sentence_of(failure.limit, limits)
    if sentence is None:
        return failure
    return msgspec.structs.replace(failure, kind="limit", message=sentence)


def _message(failure: wire.Failure) -> str:
    """Return `: ` and what an exception says, in words that help here; nothing where it is silent."""
    text = failure.message
    if failure.error == "EOFError":
        text = tr("nobody is there to answer when code asks for input")
    elif failure.error == "ImportError":
        text = _PATH_OF_A_MODULE.sub("", text)
    return f": {text}" if text else ""


def _syntax_problem(failure: wire.Failure, files: dict[str, str]) -> Problem | None:
    """Return what only the compiler finds, such as a `return` outside a function, with its line."""
    found = _FROM_THE_COMPILER.fullmatch(failure.message)
    if failure.error not in _SYNTAX_ERRORS or failure.file or not found:
        return None
    why, file, line = found["why"], found["file"], int(found["line"])
    lines = files.get(file, "").split("\n")
    source = lines[line - 1] if 0 < line <= len(lines) else None
    where = Where(file=file, line=line, source=source)
    sentence = tr("Line {line} of {file!r} is not Python: {why}.", line=line, file=file, why=why)
    return Problem(kind="syntax", sentence=sentence, where=where)


def import_problem(failure: wire.Failure, output: str, files: dict[str, str]) -> Problem:
    """Return what is told where the import failed."""
    if problem := _syntax_problem(failure, files):
        return problem
    where = _where(failure)
    place = tr(" at line {line} of {file}", line=where.line, file=where.file) if where else ""
    stopped = tr("Importing your file stopped{place}: {why}.", place=place, why=failure.message)
    sentence = {
        "missing_name": failure.message,
        "exited": tr("Your file ends the program{place} while it is imported.", place=place),
        "forbidden": stopped,
        "limit": stopped,
    }.get(
        failure.kind,
        tr(
            "Importing your file raised {error}{place}{message}",
            error=failure.error,
            place=place,
            message=_message(failure),
        ),
    )
    kind = {"missing_name": "name", "forbidden": "forbidden"}.get(failure.kind, "import_failed")
    return Problem(kind=kind, sentence=sentence, where=where, output=output or None)


def finding_of(failure: wire.Failure) -> Finding:
    """Return the verdict on a probe whose run failed."""
    verdict = {
        "not_implemented": Verdict.NOT_IMPLEMENTED,
        "forbidden": Verdict.FORBIDDEN,
    }.get(failure.kind, Verdict.FAILED)
    message = failure.message
    if failure.kind == "raised":
        message = tr(
            "your code raised {error}{message}", error=failure.error, message=_message(failure)
        )
    elif failure.kind == "exited":
        message = tr(
            "your code called for the program's end (SystemExit: {message})",
            message=failure.message,
        )
    return Finding(verdict, message, _where(failure))
