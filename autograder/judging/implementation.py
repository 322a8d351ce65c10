"""What a probe is run on: a submission in its cage, or our own code in the judge.

Both answer `run(probe, **inputs)` alike: inputs and observations are fresh plain data,
so that nothing a probe does to them reaches the other implementation.
"""

from __future__ import annotations

import importlib.util
import re
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

import msgspec
import torch

from autograder.results.report import Problem, Where
from autograder.results.verdict import Verdict
from autograder.sandbox import packing, wire
from autograder.sandbox.custody import SandboxError, TookTooLong, Worker, WorkerEnded
from autograder.sandbox.forkserver import OWN_TROUBLE
from autograder.sandbox.guard import ENDED
from autograder.sandbox.limits import sentence_of

if TYPE_CHECKING:
    import socket
    import types
    from collections.abc import Callable
    from pathlib import Path

    from autograder.sandbox.limits import WorkerLimits

__all__ = [
    "Finding",
    "Implementation",
    "Local",
    "Probe",
    "Run",
    "Submitted",
    "UngradableError",
    "load_module",
]

Probe: TypeAlias = "Callable[..., object]"

_REACHED = "it reached for what this exercise does not allow"
_SYNTAX_ERRORS = {"SyntaxError", "IndentationError", "TabError"}
_FROM_THE_COMPILER = re.compile(r"(?P<why>.+) \((?P<file>[^()]+), line (?P<line>\d{1,9})\)")
_PATH_OF_A_MODULE = re.compile(r" \((/[^()]*|unknown location)\)$")  # it is of this machine


class Implementation(Protocol):
    """Anything that offers an exercise's names."""

    def run(self, probe: Probe, **inputs: object) -> Any:
        """Return what *probe* observed."""


class Finding(Exception):  # noqa: N818 - it is a verdict on its way to the report
    """A verdict other than passed that needs no comparison: code raised, hung, or ended."""

    def __init__(self, verdict: Verdict, message: str, where: Where | None = None) -> None:
        self.verdict = verdict
        self.message = message
        self.where = where
        super().__init__(message)


class UngradableError(Exception):
    """The submission cannot be imported, or lacks a name: it cannot be judged at all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.sentence)


class Run:
    """One probe's run on a submission, kept so that known mistakes can be compared with it."""

    def __init__(self, probe: Probe, inputs: wire.Packed) -> None:
        self.probe = probe
        self.inputs = inputs
        self.outcome: wire.Observation | Finding | None = None


class Local:
    """Our own code, run in the judge: torch's classes or the solution."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def run(self, probe: Probe, **inputs: object) -> Any:
        """Return what *probe* observes on this module."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            fresh = packing.unpack(packing.pack(inputs))
            return packing.unpack(packing.pack(self._probed(probe, fresh)))

    def _probed(self, probe: Probe, inputs: dict[str, Any]) -> object:
        try:
            return probe(self._module, **inputs)
        except AssertionError as error:  # in a check it would count as the student's
            raise RuntimeError("our own implementation failed an assertion") from error


class Submitted:
    """A submission in a worker; a worker that ends or hangs is followed by a fresh one.

    Args:
        control: The fork server's control socket.
        limits: What each worker must not exceed.
        load: Files, probes and policy.
        seconds: CPU seconds for one probe, and for the import.
    """

    def __init__(
        self, control: socket.socket, limits: WorkerLimits, load: wire.Load, seconds: float
    ) -> None:
        self._control = control
        self._limits = limits
        self._load = load
        self._seconds = seconds
        self._worker: Worker | None = None
        self._calls = 0
        self.runs: list[Run] = []
        self.output = ""
        self.layers: tuple[str, ...] = ()
        self.absent: dict[str, str] = {}

    def __enter__(self) -> Submitted:  # noqa: PYI034 - never subclassed
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, probe: Probe, **inputs: object) -> Any:
        """Return what *probe* observes on the submission.

        Raises:
            Finding: If student code raised, hung, ended its process or broke a rule.
            UngradableError: If the submission cannot be imported.
        """
        record = Run(probe, packing.pack(inputs))
        self.runs.append(record)
        try:
            record.outcome = self._ask(record)
        except Finding as finding:
            record.outcome = finding
            raise
        return packing.unpack(record.outcome.value)

    def begin_check(self) -> None:
        """Forget what was printed and run for the check before."""
        self.runs = []
        self.output = ""

    def load(self) -> None:
        """Start a worker and import the submission in it, unless one is there.

        Raises:
            UngradableError: If that fails.
        """
        if self._worker is not None:
            return
        self._worker = worker = Worker(self._control, self._limits)
        self.layers, self.absent = worker.ready.layers, worker.ready.absent
        try:
            answer = worker.ask(self._load, self._seconds)
        except (WorkerEnded, TookTooLong, wire.WireError) as error:
            output = worker.take_output()
            self.close()
            if isinstance(error, WorkerEnded) and error.code == OWN_TROUBLE:
                raise SandboxError(f"the worker broke: {output.strip()[-500:]}") from error
            problem = _import_end(error, self._limits, output)
            raise UngradableError(problem) from error
        self.output += worker.take_output()
        if isinstance(answer, wire.Failure):
            self.close()
            answer = _named(answer, self._limits)
            raise UngradableError(_import_problem(answer, self.output, self._load.files))

    def close(self) -> None:
        """Kill the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _ask(self, record: Run) -> wire.Observation:
        self.load()
        worker = self._worker
        assert worker is not None
        self._calls += 1
        name = getattr(record.probe, "__name__", "")
        call = wire.Call(id=self._calls, probe=name, inputs=record.inputs)
        try:
            answer = worker.ask(call, self._seconds)
        except (WorkerEnded, TookTooLong) as error:
            self.output += worker.take_output()
            self._give_up(error)
        except wire.WireError:
            self.close()  # it is out of step: what comes next could answer another question
            raise
        self.output += worker.take_output()
        if isinstance(answer, wire.Failure):
            if answer.kind == "forbidden":
                self.close()  # it has ended after saying so
            raise _finding(_named(answer, self._limits))
        if not isinstance(answer, wire.Observation):
            raise wire.WireError("an answer of the wrong kind")
        return answer

    def _give_up(self, error: WorkerEnded | TookTooLong) -> NoReturn:
        self.close()
        if isinstance(error, TookTooLong):
            doing = "it waits for something that does not come" if error.asleep else "it runs on"
            raise Finding(
                Verdict.TIMED_OUT, f"no answer after {error.seconds:g} seconds; {doing}"
            ) from error
        if error.code == OWN_TROUBLE:
            raise SandboxError(f"the worker broke: {self.output.strip()[-500:]}") from error
        if error.code == ENDED:
            raise Finding(Verdict.FORBIDDEN, f"your code was stopped: {_REACHED}") from error
        end = _end(error.code, self._limits)
        raise Finding(Verdict.FAILED, f"your code ended the process ({end})") from error


def _end(code: int | None, limits: WorkerLimits) -> str:
    if code is None:
        return "it was killed"
    if code == -signal.SIGKILL:
        return (
            f"it was killed, as the system does when {limits.cpu_seconds} seconds of processor "
            "time or the machine's memory are used up"
        )
    if code >= 0:
        return f"exit code {code}"
    meaning = signal.strsignal(-code)  # to a student, 11 says less than "Segmentation fault"
    return f"killed by signal {-code}" + (f", {meaning}" if meaning else "")


def _import_end(error: Exception, limits: WorkerLimits, output: str) -> Problem:
    kind = "import_failed"
    if isinstance(error, TookTooLong):
        sentence = (
            f"Your file did not finish importing within {error.seconds:g} seconds: "
            f"move work that runs on import under 'if __name__ == \"__main__\":'."
        )
    elif isinstance(error, WorkerEnded) and error.code == ENDED:
        kind = "forbidden"
        sentence = f"Importing your file was stopped: {_REACHED}."
    elif isinstance(error, WorkerEnded):
        end = _end(error.code, limits)
        sentence = f"Your file ended the process while it was imported ({end})."
    else:
        sentence = f"Your file could not be imported: {error}."
    return Problem(kind=kind, sentence=sentence, output=output)


def _where(failure: wire.Failure) -> Where | None:
    if failure.file is None or failure.line is None:
        return None
    return Where(
        file=failure.file, line=failure.line, function=failure.function, source=failure.source
    )


def _named(failure: wire.Failure, limits: WorkerLimits) -> wire.Failure:
    """Return *failure* in words that name the limit it speaks of, if it speaks of one."""
    sentence = sentence_of(failure.limit, limits)
    if sentence is None:
        return failure
    return msgspec.structs.replace(failure, kind="limit", message=sentence)


def _message(failure: wire.Failure) -> str:
    """Return `: ` and what an exception says, in words that help here; nothing where it is silent."""
    text = failure.message
    if failure.error == "EOFError":
        text = "nobody is there to answer when code asks for input"
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
    sentence = f"Line {line} of {file!r} is not Python: {why}."
    return Problem(kind="syntax", sentence=sentence, where=where)


def _import_problem(failure: wire.Failure, output: str, files: dict[str, str]) -> Problem:
    if problem := _syntax_problem(failure, files):
        return problem
    where = _where(failure)
    place = f" at line {where.line} of {where.file}" if where else ""
    sentence = {
        "missing_name": failure.message,
        "exited": f"Your file ends the program{place} while it is imported.",
        "forbidden": f"Importing your file stopped{place}: {failure.message}.",
        "limit": f"Importing your file stopped{place}: {failure.message}.",
    }.get(
        failure.kind,
        f"Importing your file raised {failure.error}{place}{_message(failure)}",
    )
    kind = {"missing_name": "name", "forbidden": "forbidden"}.get(failure.kind, "import_failed")
    return Problem(kind=kind, sentence=sentence, where=where, output=output or None)


def _finding(failure: wire.Failure) -> Finding:
    verdict = {
        "not_implemented": Verdict.NOT_IMPLEMENTED,
        "forbidden": Verdict.FORBIDDEN,
    }.get(failure.kind, Verdict.FAILED)
    message = failure.message
    if failure.kind == "raised":
        message = f"your code raised {failure.error}{_message(failure)}"
    elif failure.kind == "exited":
        message = f"your code called for the program's end (SystemExit: {failure.message})"
    return Finding(verdict, message, _where(failure))


def load_module(name: str, path: Path) -> types.ModuleType:
    """Import our own file at *path* as *name*, whatever that name meant before."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
