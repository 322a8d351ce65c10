"""What a probe is run on: a submission in its cage, or our own code in the judge.

Both answer `run(probe, **inputs)` alike: inputs and observations are fresh plain data,
so that nothing a probe does to them reaches the other implementation.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

import msgspec
import torch

from autograder.judging.findings import (
    REACHED,
    Finding,
    end_of,
    finding_of,
    import_end,
    import_problem,
    named,
)
from autograder.language import marked, tr
from autograder.results.verdict import Verdict
from autograder.sandbox import packing, wire
from autograder.sandbox.custody import TookTooLong, Worker, WorkerEnded
from autograder.sandbox.devices import moved, seed
from autograder.sandbox.guard import ENDED
from autograder.sandbox.limits import sentence_of

if TYPE_CHECKING:
    import socket
    import types
    from collections.abc import Callable

    from autograder.results.report import Problem
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

_FORGED = marked(
    "the process that runs your code sent an answer that our code in it never sends ({error})"
)
_WRONG_KIND = "an answer of the wrong kind"
_REASON_LENGTH = 200


class Implementation(Protocol):
    """Anything that offers an exercise's names."""

    def run(self, probe: Probe, **inputs: object) -> Any:
        """Return what *probe* observed."""


class UngradableError(Exception):
    """The submission cannot be imported, or lacks a name: it cannot be judged at all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.sentence)


class Run:
    """One probe's run on a submission, kept so that known mistakes can be compared with it.

    Args:
        probe: What was run.
        inputs: On what.
        counted: Whether the outcome is the counts of a timed probe's work.
    """

    def __init__(self, probe: Probe, inputs: wire.Packed, *, counted: bool = False) -> None:
        self.probe = probe
        self.inputs = inputs
        self.counted = counted
        self.outcome: wire.Observation | Finding | None = None


class Local:
    """Our own code, run in the judge: torch's classes, the solution, or the suite's baseline.

    Args:
        module: The code.
        name: What feedback calls it.
        device: Where the probes' inputs lie.
    """

    def __init__(self, module: types.ModuleType, name: str = "ours", device: str = "cpu") -> None:
        self._module = module
        self.name = name
        self._device = device

    def on(self, device: str) -> Local:
        """Return the same code, for probes that run on *device*."""
        return Local(self._module, self.name, device)

    @property
    def path(self) -> Path:
        """The file of the code."""
        return Path(str(self._module.__file__))

    def run(self, probe: Probe, **inputs: object) -> Any:
        """Return what *probe* observes on this module."""
        with torch.random.fork_rng(devices=[]):
            seed(0, self._device)
            fresh = moved(packing.unpack(packing.pack(inputs)), self._device)
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
        core: The only processor core that it may use.
    """

    def __init__(
        self,
        control: socket.socket,
        limits: WorkerLimits,
        load: wire.Load,
        seconds: float,
        *,
        core: int | None = None,
    ) -> None:
        self._control = control
        self._limits = limits
        self._load = load
        self._seconds = seconds
        self._core = core
        self._worker: Worker | None = None
        self._is_loaded = False
        self._calls = 0
        self.runs: list[Run] = []
        self.output = ""
        self.seconds = 0.0
        """Wall time of the last answer."""
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
        return self.repeat(Run(probe, packing.pack(inputs)))

    def count(self, probe: Probe, **inputs: object) -> Any:
        """Return the counts of what the timed *probe* executes after its `yield`.

        Raises:
            Finding, UngradableError: As `run`.
        """
        return self.repeat(Run(probe, packing.pack(inputs), counted=True))

    def repeat(self, run: Run) -> Any:
        """Make *run* on this submission, and keep its outcome."""
        self.runs.append(run)
        try:
            if run.counted:
                self._prepare(run)
                run.outcome = self._observed(lambda number: wire.Go(id=number, counted=True))
            else:
                name = _name_of(run.probe)
                run.outcome = self._observed(
                    lambda number: wire.Call(id=number, probe=name, inputs=run.inputs)
                )
            return self._unpacked(run.outcome)
        except Finding as finding:
            run.outcome = finding
            raise

    def run_within(self, seconds: float, probe: Probe, **inputs: object) -> Any:
        """Return what `run` returns, of a probe that may take *seconds* of processor time.

        What is counted in a worker can be hidden there; what it costs cannot. The limit is no
        measure of speed: let it be ten times what the dearest right code needs.
        """
        self.load()  # importing has its own time
        usual, self._seconds = self._seconds, min(seconds, self._seconds)
        printed = self.output
        try:
            return self.run(probe, **inputs)
        finally:
            self._seconds = usual
            self.output = printed  # of work that is repeated, nobody wants to read it all again

    def aside(self, probe: Probe, **inputs: object) -> Any:
        """Return what `run` returns, and leave no trace: neither the run nor what it printed."""
        runs, printed = self.runs, self.output
        self.runs = []
        try:
            return self.run(probe, **inputs)
        finally:
            self.runs, self.output = runs, printed

    def prepare(self, probe: Probe, **inputs: object) -> None:
        """Run the timed *probe* up to its `yield`; `finish` runs the rest.

        Raises:
            Finding, UngradableError: As `run`.
        """
        self._prepare(Run(probe, packing.pack(inputs)))

    def finish(self) -> Any:
        """Return what the prepared probe observed."""
        return self._unpacked(self._observed(lambda number: wire.Go(id=number)))

    @property
    def device(self) -> str:
        """Where the probes' inputs lie."""
        return self._load.device

    def on(self, device: str) -> Submitted:
        """Return another one in a cage of its own whose probes run on *device*."""
        return self.twin(None, msgspec.structs.replace(self._load, device=device))

    def twin(self, core: int | None, load: wire.Load | None = None) -> Submitted:
        """Return another one with the same limits in a cage of its own, on *core* only."""
        return Submitted(self._control, self._limits, load or self._load, self._seconds, core=core)

    def rival(self, reference: Local, core: int | None) -> Submitted:
        """Return *reference*, our own code, in a cage like the submission's."""
        load = wire.Load(
            files={reference.path.name: reference.path.read_text(encoding="utf-8")},
            names=(),
            probes=self._load.probes,
            imports=self._load.imports,
            forbidden=(),
            device=self.device,
        )
        return self.twin(core, load)

    def pause(self) -> None:
        """Stop the worker, so that it does not disturb what is timed meanwhile."""
        if self._worker is not None:
            self._worker.pause()

    def resume(self) -> None:
        """Let it go on."""
        if self._worker is not None:
            self._worker.resume()

    def begin_check(self) -> None:
        """Forget what was printed and run for the check before."""
        self.runs = []
        self.output = ""

    def start(self) -> Worker:
        """Return the worker; a new one is asked for where there is none, and not waited for."""
        if self._worker is None:
            self._worker = Worker(self._control, self._limits, core=self._core, device=self.device)
            self._is_loaded = False
        return self._worker

    def load(self) -> None:
        """Start a worker and import the submission in it, unless one is there.

        Raises:
            UngradableError: If that fails.
        """
        worker = self.start()
        if self._is_loaded:
            return
        self.layers, self.absent = worker.ready.layers, worker.ready.absent
        try:
            answer = worker.ask(self._load, self._seconds)
        except (WorkerEnded, TookTooLong, wire.WireError) as error:
            output = worker.take_output()
            self.close()
            problem = import_end(error, self._limits, output)
            raise UngradableError(problem) from error
        self.output += worker.take_output()
        if isinstance(answer, wire.Failure):
            self.close()
            answer = named(answer, self._limits)
            raise UngradableError(import_problem(answer, self.output, self._load.files))
        if not isinstance(answer, wire.Loaded):
            self.close()
            problem = import_end(wire.WireError(_WRONG_KIND), self._limits, self.output)
            raise UngradableError(problem)
        self._is_loaded = True

    def exchange(self, files: dict[str, str]) -> bool:
        """Have *files*, which are our own, judged from now on; return whether in a fresh worker.

        Of a submission nothing must live on in what judges another, so this is for mistakes only.
        """
        self._load = msgspec.structs.replace(self._load, files=files)
        self._is_loaded = False
        return self._worker is None

    def close(self) -> None:
        """Kill the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _prepare(self, run: Run) -> None:
        name = _name_of(run.probe)
        answer = self._answered(
            lambda number: wire.Prepare(id=number, probe=name, inputs=run.inputs)
        )
        if not isinstance(answer, wire.Prepared):
            raise self._refuse(wire.WireError(_WRONG_KIND))

    def _observed(self, question: Callable[[int], wire.Question]) -> wire.Observation:
        answer = self._answered(question)
        if not isinstance(answer, wire.Observation):
            raise self._refuse(wire.WireError(_WRONG_KIND))
        return answer

    def _unpacked(self, answer: wire.Observation) -> Any:
        try:
            return packing.unpack(answer.value)
        except wire.WireError as error:
            raise self._refuse(error) from error

    def _answered(self, question: Callable[[int], wire.Question]) -> wire.Answer:
        """Ask *question*, given its number; what student code did instead is raised."""
        self.load()
        worker = self.start()
        self._calls += 1
        try:
            answer = worker.ask(question(self._calls), self._seconds)
        except (WorkerEnded, TookTooLong) as error:
            self.output += worker.take_output()
            self._give_up(error)
        except wire.WireError as error:
            raise self._refuse(error) from error
        self.output += worker.take_output()
        if isinstance(answer, wire.Failure):
            if answer.kind == "forbidden":
                self.close()  # it has ended after saying so
            raise finding_of(named(answer, self._limits))
        self.seconds = worker.seconds
        return answer

    def _refuse(self, error: wire.WireError) -> Finding:
        """End the worker: it is out of step, and what comes next could answer another question."""
        self.close()
        return Finding(Verdict.FAILED, tr(_FORGED, error=str(error)[:_REASON_LENGTH]))

    def _give_up(self, error: WorkerEnded | TookTooLong) -> NoReturn:
        self.close()
        if isinstance(error, TookTooLong):
            if error.asleep:
                doing = tr("it waits for something that does not come")
            else:
                doing = tr("it runs on")
            said = tr(
                "no answer after {seconds:g} seconds; {doing}", seconds=error.seconds, doing=doing
            )
            raise Finding(Verdict.TIMED_OUT, said) from error
        if error.code == ENDED:
            said = tr("your code was stopped: {why}", why=tr(REACHED))
            raise Finding(Verdict.FORBIDDEN, said) from error
        if sentence := sentence_of(error.limit, self._limits):
            raise Finding(Verdict.FAILED, sentence) from error
        end = end_of(error.code, self._limits)
        said = tr("your code ended the process ({end})", end=end)
        raise Finding(Verdict.FAILED, said) from error


def _name_of(probe: Probe) -> str:
    return getattr(probe, "__name__", "")


def load_module(name: str, path: Path) -> types.ModuleType:
    """Import our own file at *path* as *name*, whatever that name meant before."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
