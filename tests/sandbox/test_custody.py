"""Whatever a worker does ends in an answer, `WorkerEnded`, `TookTooLong` or `WireError`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from autograder.sandbox import wire
from autograder.sandbox.custody import TookTooLong, WorkerEnded
from autograder.sandbox.forkserver import Usage
from autograder.sandbox.packing import pack, unpack
from autograder.sandbox.wire import Failure, Observation, WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")

# What student code might do, without the import guard, which `test_worker.py` is about.
PROBES = r"""
import ctypes, os, signal, struct, sys, threading, time
import torch

def add(impl, x):
    return x + 1

def loop(impl):
    while True:
        pass

def loop_in_a_thread(impl):
    threading.Thread(target=loop, args=(impl,), daemon=True).start()
    time.sleep(60)

def length(impl, x):
    return len(x)

def sleep(impl, length):
    time.sleep(length)
    return "slept"

def compute(impl, length):
    end = time.process_time() + length
    while time.process_time() < end:
        pass
    return "computed"

def ignore_signals_and_loop(impl):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass

def exit_at_once(impl, code):
    os._exit(code)

def exit_politely(impl):
    sys.exit(0)

def segfault(impl):
    ctypes.string_at(0)

def abort(impl):
    os.abort()

def overflow_the_stack(impl):
    sys.setrecursionlimit(10**9)
    exec("def f():\n    f()\nf()")

def eat_memory(impl):
    hoard = []
    while True:
        hoard.append(bytearray(2**20))

def eat_tensors(impl):
    return [torch.ones(2**24) for _ in range(1000)]

def start_threads(impl):
    for _ in range(10000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

def print_a_lot(impl, megabytes):
    for _ in range(megabytes):
        os.write(1, b"x" * 2**20)
    return "printed"

def write(impl, data):
    os.write(1, data)

def print_for_ever(impl):
    while True:
        os.write(1, b"x" * 2**16)

def print_for_ever_in_threads(impl):
    for _ in range(4):
        threading.Thread(target=print_for_ever, args=(impl,), daemon=True).start()
    return "printing"

def send(impl, data):
    os.write(3, data)
    return "sent"

def send_later(impl, data):
    threading.Timer(0.1, os.write, (3, data)).start()
    return "to be sent"

def send_and_wait(impl, data):
    os.write(3, data)
    time.sleep(60)

def drip(impl, data):
    for byte in data:
        os.write(3, bytes([byte]))
        time.sleep(0.03)

def flood(impl):
    while True:
        os.write(3, b"\0" * 2**16)

def close_channel(impl):
    os.close(3)
    time.sleep(60)

def close_output(impl):
    os.close(1)
    os.close(2)
    return "quiet"

def answer_hugely(impl, megabytes):
    return torch.zeros(megabytes, 2**20, dtype=torch.uint8)

def answer_twice(impl, frame):
    os.write(3, frame)
    return "second"
"""

_MOST = 15.0
"""Seconds in which everything here must have ended, on a busy machine, too."""


@pytest.fixture
def session(clean_lab: Any) -> Iterator[Any]:
    """Give a worker that misbehaves on request; the next one must work all the same."""
    with clean_lab.session(probes=PROBES) as found:
        yield found


@contextlib.contextmanager
def quickly(most: float = _MOST) -> Iterator[None]:
    """Require that the block ends in time."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < most


def frame(answer: wire.Answer) -> bytes:
    """Return *answer* as a worker sends it."""
    return wire.encode(answer)


def forged(question: int, value: object) -> bytes:
    """Return an observation that student code made up."""
    return frame(Observation(id=question, value=pack(value)))


@pytest.mark.parametrize("probe", ["loop", "loop_in_a_thread", "ignore_signals_and_loop"])
def test_what_never_ends_takes_too_long(session: Any, probe: str) -> None:
    """An endless loop, in a thread or deaf to signals, is found by its processor time."""
    with quickly(), pytest.raises(TookTooLong, match=r"no answer after 0\.5 s"):
        session.ask(probe, 0.5)


def test_a_sleeper_takes_too_long_and_is_called_one(session: Any) -> None:
    """Whoever waits for something that does not come is out of time, though it used none."""
    with quickly(), pytest.raises(TookTooLong, match="no answer") as caught:
        session.ask("sleep", 0.5, length=60)

    assert caught.value.asleep


def test_a_loop_is_not_called_a_sleeper(session: Any) -> None:
    """Whoever computes on and on is told so."""
    with pytest.raises(TookTooLong, match="no answer") as caught:
        session.ask("loop", 0.5)

    assert not caught.value.asleep


def test_a_starved_worker_is_given_time(session: Any, clean_lab: Any, stop: Any) -> None:
    """A worker that got no processor for a while is waited for, not failed."""
    (worker,) = clean_lab.processes()
    timer = threading.Timer(1.5, os.kill, (worker, signal.SIGCONT))
    stop(worker)
    timer.start()

    with quickly():
        assert session.see("compute", 0.4, length=0.1) == "computed"
    assert not timer.is_alive()


def test_a_worker_that_is_given_little_is_given_time(session: Any, clean_lab: Any) -> None:
    """A worker that runs a quarter of the time gets its processor seconds all the same."""
    (worker,) = clean_lab.processes()
    done = threading.Event()

    def starve() -> None:
        while not done.is_set():
            os.kill(worker, signal.SIGSTOP)
            done.wait(0.06)
            os.kill(worker, signal.SIGCONT)
            done.wait(0.02)

    thread = threading.Thread(target=starve)
    thread.start()
    try:
        started = time.monotonic()
        assert session.see("compute", 0.6, length=0.4) == "computed"
        assert time.monotonic() - started > 0.6
    finally:
        done.set()
        thread.join()


def test_a_worker_that_is_starved_for_ever_takes_too_long(
    session: Any, clean_lab: Any, stop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is an end to waiting even for a worker that is never let run."""
    monkeypatch.setattr("autograder.sandbox.custody._STARVED", 3)
    (worker,) = clean_lab.processes()
    stop(worker)

    with quickly(), pytest.raises(TookTooLong, match="no answer"):
        session.ask("add", 0.3, x=1)


def test_an_answer_in_time_counts_though_the_judge_was_late(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judge that was starved itself reads what has come before it blames the worker."""
    real = session.worker._selector.select
    naps = iter([1.0])

    def late(timeout: float) -> list[Any]:
        for nap in naps:
            real(_MOST)  # until it has begun to send
            time.sleep(nap)
            return []
        return real(timeout)

    monkeypatch.setattr(session.worker._selector, "select", late)

    assert session.see("add", 0.5, x=1) == 2


def test_an_answer_that_comes_while_the_judge_asks_counts(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has answered sleeps; a judge that hears of the sleep first is not misled."""
    real = session.worker._tell

    def late(order: bytes) -> Usage:
        time.sleep(1.0)  # as where the fork server is starved; the answer comes meanwhile
        usage: Usage = real(order)
        return usage

    monkeypatch.setattr(session.worker, "_tell", late)

    assert session.see("sleep", 0.3, length=0.5) == "slept"


def test_a_large_answer_counts_though_the_judge_was_late(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that waits for a starved judge to read on is not called a sleeper."""
    real = session.worker._selector.select
    naps = iter([1.0])

    def late(timeout: float) -> list[Any]:
        for nap in naps:
            real(_MOST)  # until it has begun to send
            time.sleep(nap)
            return []
        return real(timeout)

    monkeypatch.setattr(session.worker._selector, "select", late)

    assert session.see("answer_hugely", 0.5, megabytes=30).shape == (30, 2**20)


def test_an_answer_counts_that_came_while_the_fork_server_was_asked(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine that takes long, and a worker that has answered by then sleeps."""
    real = session.worker._tell

    def late(order: bytes) -> Usage:
        usage = real(order)
        time.sleep(1.0)
        return Usage(cpu_seconds=usage.cpu_seconds, sleeping=True)

    assert session.see("add", 5.0, x=1) == 2  # it is imported
    monkeypatch.setattr(session.worker, "_tell", late)

    assert session.see("sleep", 0.3, length=0.5) == "slept"


def test_an_answer_counts_that_came_while_the_fork_server_was_asked_late(
    session: Any, clean_lab: Any, stop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for a worker that was starved until long after its deadline."""
    (worker,) = clean_lab.processes()
    asked = time.monotonic()

    def late(_: bytes) -> Usage:
        starved = time.monotonic() < asked + 1.0
        if not starved:
            os.kill(worker, signal.SIGCONT)
            time.sleep(1.0)
        return Usage(cpu_seconds=session.worker._cpu_before, sleeping=not starved)

    stop(worker)
    monkeypatch.setattr(session.worker, "_tell", late)

    assert session.see("add", 0.3, x=1) == 2


def test_a_large_question_may_take_a_starved_judge_long(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that waits for the rest of its question is not called a sleeper."""
    asleep = Usage(cpu_seconds=0.0, sleeping=True)
    monkeypatch.setattr(session.worker, "_tell", lambda _: asleep)
    nap = time.sleep
    monkeypatch.setattr(time, "sleep", lambda _: nap(0.2))

    assert session.see("length", 0.1, x="x" * 2**21) == 2**21


@pytest.mark.parametrize(
    ("probe", "inputs", "codes"),
    [
        ("exit_at_once", {"code": 0}, {0}),
        ("exit_at_once", {"code": 7}, {7}),
        ("segfault", {}, {-signal.SIGSEGV}),
        ("abort", {}, {-signal.SIGABRT, -signal.SIGSEGV}),
    ],
)
def test_an_end_is_told_with_its_code(
    session: Any, probe: str, inputs: dict[str, int], codes: set[int]
) -> None:
    """A process that ends by itself, however it does, never answered."""
    with quickly(), pytest.raises(WorkerEnded, match="ended with") as caught:
        session.ask(probe, **inputs)

    assert caught.value.code in codes


def test_a_worker_that_somebody_kills_has_ended(session: Any, clean_lab: Any) -> None:
    """A kill from outside, as of the kernel that is out of memory, is an end with its signal."""
    (worker,) = clean_lab.processes()
    threading.Timer(0.3, os.kill, (worker, signal.SIGKILL)).start()

    with quickly(), pytest.raises(WorkerEnded, match="ended with -9"):
        session.ask("sleep", 5, length=60)


def test_a_worker_that_ended_earlier_is_found_out(session: Any, clean_lab: Any) -> None:
    """The next question to a worker that is gone says how it ended."""
    (worker,) = clean_lab.processes()
    os.kill(worker, signal.SIGKILL)
    assert clean_lab.is_clean()

    with quickly(), pytest.raises(WorkerEnded, match="ended with -9"):
        session.ask("add", x=1)


@pytest.mark.parametrize("probe", ["eat_memory", "eat_tensors", "overflow_the_stack"])
def test_bombs_fail_or_end(session: Any, probe: str) -> None:
    """A memory bomb, of bytes or tensors, or a stack without end is a failure or an end."""
    with quickly():
        try:
            answer = session.ask(probe, 5)
        except (WorkerEnded, TookTooLong):
            return

    assert isinstance(answer, Failure)


def test_threads_run_out(session: Any) -> None:
    """Threads are counted; who starts too many gets an exception."""
    with quickly(), contextlib.suppress(WorkerEnded, TookTooLong):
        answer = session.ask("start_threads", 5)

        assert isinstance(answer, Failure)
        assert "thread" in answer.message or answer.error == "MemoryError"


def test_an_exit_is_a_failure_and_the_worker_goes_on(session: Any) -> None:
    """`sys.exit` ends nothing here."""
    answer = session.ask("exit_politely")

    assert isinstance(answer, Failure)
    assert answer.kind == "exited"
    assert session.see("add", x=1) == 2


def test_output_is_bounded(session: Any) -> None:
    """Of a hundred megabytes of output the beginning is kept, the rest is counted."""
    with quickly():
        assert session.see("print_a_lot", megabytes=100) == "printed"

    output = session.worker.take_output()
    assert output.startswith("xxx")
    assert len(output) < 10_000
    assert "bytes more" in output
    assert len(session.worker.take_output()) < 10_000


@pytest.mark.parametrize("probe", ["print_for_ever", "flood"])
def test_endless_output_does_not_keep_the_judge_from_the_clock(session: Any, probe: str) -> None:
    """Who prints or sends without end is out of time, or found out, like anybody else."""
    with quickly(), pytest.raises((TookTooLong, WireError)):
        session.ask(probe, 0.5)


def test_endless_output_beside_an_answer_is_bounded(session: Any) -> None:
    """Threads that print without end do not keep the judge from reading an answer."""
    with quickly():
        assert session.see("print_for_ever_in_threads") == "printing"
        for _ in range(3):
            session.worker.take_output()
            assert session.see("add", x=1) == 2


def test_output_without_an_end_is_read_in_pieces(clean_lab: Any) -> None:
    """A pipe that is never empty does not keep the judge from anything else."""
    with clean_lab.worker() as worker:
        os.close(worker._output)
        worker._output = os.open("/dev/zero", os.O_RDONLY)

        with quickly():
            assert "bytes more" in worker.take_output()


def test_output_is_taken_once(session: Any) -> None:
    """What was printed is given to whoever asks first; bytes that are no text are replaced."""
    session.see("write", data=b"caf\xc3\xa9 \xff\n")

    assert session.worker.take_output() == "café \ufffd\n"
    assert session.worker.take_output() == ""


def test_closing_the_output_harms_nobody(session: Any) -> None:
    """A worker that closes its output goes on answering."""
    assert session.see("close_output") == "quiet"
    assert session.see("add", x=1) == 2
    assert session.worker.take_output() == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        wire.HEADER.pack(wire.MAX_FRAME + 1),
        wire.HEADER.pack(3) + b"abc",
        wire.HEADER.pack(0),
        frame(wire.Loaded()),
        frame(wire.Ready(layers=("seccomp",), absent={})),
        forged(0, 42),
        forged(7, 42),
        frame(Failure(id=2, kind="not_implemented", error="", message="")),
    ],
    ids=["no header", "oversized", "garbled", "empty", "loaded", "ready", "0", "7", "failure"],
)
def test_forged_answers_are_refused(session: Any, data: bytes) -> None:
    """Bytes that student code sends in our place are no answer to the question that is open."""
    with quickly(), pytest.raises(WireError):
        session.ask("send", data=data)


def test_an_observation_that_cannot_be_read_is_refused(session: Any) -> None:
    """An answer whose value is none is found when the judge unpacks it."""
    lie = Observation(id=1, value=wire.Packed(msgspec.Raw(msgspec.msgpack.encode(["T", "0"]))))

    answer = session.ask("send", data=frame(lie))

    assert isinstance(answer, Observation)
    with pytest.raises(WireError, match="cannot be read"):
        unpack(answer.value)


def test_a_forged_answer_shifts_nothing(session: Any) -> None:
    """Who answers for us is heard once; our own answer then is one too many."""
    assert session.see("answer_twice", frame=forged(1, "first")) == "first"
    time.sleep(0.2)

    with pytest.raises(WireError, match="before its question"):
        session.ask("add", x=1)


def test_an_answer_before_its_question_is_refused(session: Any) -> None:
    """An answer that waits for the next question, with its number, is refused."""
    assert session.see("send_later", data=forged(2, 41)) == "to be sent"
    time.sleep(0.5)

    with quickly(), pytest.raises(WireError, match="before its question"):
        session.ask("add", x=41)


def test_half_an_answer_before_its_question_is_refused(session: Any) -> None:
    """The beginning of an answer counts as one."""
    session.see("send_later", data=forged(2, 41)[:3])
    time.sleep(0.5)

    with quickly(), pytest.raises(WireError, match="before its question"):
        session.ask("add", x=41)


def test_half_an_answer_takes_too_long(session: Any) -> None:
    """An answer that is never finished is none."""
    with quickly(), pytest.raises(TookTooLong, match="no answer"):
        session.ask("send_and_wait", 0.5, data=wire.HEADER.pack(1000) + b"x" * 999)


def test_a_slow_drip_takes_too_long(session: Any) -> None:
    """An answer byte by byte is waited for no longer than any other."""
    with quickly(3), pytest.raises(TookTooLong, match="no answer"):
        session.ask("drip", 0.5, data=wire.HEADER.pack(10_000) + b"x" * 9_999)


def test_closing_the_channel_is_an_end(session: Any) -> None:
    """A worker that only hangs up is killed, and does not keep anybody waiting."""
    with quickly(5), pytest.raises(WorkerEnded, match="ended with"):
        session.ask("close_channel", 0.5)


def test_an_answer_of_the_largest_size_arrives(session: Any) -> None:
    """Fifty megabytes travel; more is refused in the worker already."""
    with quickly():
        assert session.see("answer_hugely", megabytes=50).shape == (50, 2**20)
        answer = session.ask("answer_hugely", megabytes=70)

    assert isinstance(answer, Failure)
    assert answer.kind == "unobservable"


def test_a_large_question_to_a_deaf_worker_takes_too_long(clean_lab: Any) -> None:
    """A worker that says that it has loaded, and then reads no more, does not block the judge."""
    said = frame(wire.Importing()) + frame(wire.Loaded())
    deaf = f"import os\nos.write(3, {said!r})\nwhile True:\n    pass\n"

    with (
        clean_lab.session(probes=deaf) as session,
        quickly(),
        pytest.raises(TookTooLong, match="no answer"),
    ):
        session.ask("add", 0.5, x=bytes(3 * 2**20))


def test_closing_kills_the_worker(clean_lab: Any, is_gone: Any, soon: Any) -> None:
    """A worker whose judge closes is gone at once, whatever it is doing; closing twice is none."""
    with clean_lab.session(probes=PROBES) as session:
        (worker,) = clean_lab.processes()
        with pytest.raises(TookTooLong, match="no answer"):
            session.ask("ignore_signals_and_loop", 0.3)

        session.worker.close()
        session.worker.close()

        assert soon(lambda: is_gone(worker))


def test_closing_twice_closes_nobody_elses_descriptor(clean_lab: Any) -> None:
    """Descriptors that were given to somebody else meanwhile stay open."""
    worker = clean_lab.worker()
    worker.close()
    pipes = [os.pipe() for _ in range(8)]  # they take the numbers that became free

    worker.close()

    for reader, writer in pipes:
        os.write(writer, b"x")
        assert os.read(reader, 1) == b"x"
        os.close(reader)
        os.close(writer)


def test_a_judge_that_dies_takes_its_worker_along(
    clean_lab: Any, soon: Callable[..., bool], in_child: Callable[..., Any]
) -> None:
    """A worker whose judge's process was killed is gone, too."""

    def judge() -> None:
        worker = clean_lab.worker()
        assert worker.ready
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(judge) == -signal.SIGKILL
    assert soon(lambda: not clean_lab.processes())
