"""Messages between grader and judge arrive as they were sent, or not at all."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging import protocol
from autograder.results.report import CheckReport, Diagnosis, Problem, Where
from autograder.results.verdict import Verdict
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.wire import HEADER, Load

_LOAD = Load(files={"a.py": "x = 'é'"}, names=("A",), probes="", imports=("math",), forbidden=())
_CHECK = CheckReport(
    check="one", part="parity", verdict=Verdict.TIMED_OUT, earned=0, possible=2, title="One.",
    message="late", where=Where(file="a.py", line=3), output="\n", seconds=0.25,
)  # fmt: skip
_MESSAGES = [
    protocol.Job(load=_LOAD, limits=WorkerLimits(), seconds=1.5, seed=b"\0\xff"),
    protocol.Collected(
        checks=(
            protocol.PlannedCheck(
                check="a", part="b", title="c", points=1.5, hint=None, device="cpu"
            ),
        )
    ),
    protocol.Broken(reason="no checks were found"),
    protocol.CheckDone(report=_CHECK),
    protocol.Finished(),
    protocol.Finished(
        problem=Problem(kind="name", sentence="It is missing."),
        diagnosis=(Diagnosis(mistake="m", sentence="s", checks=("one",)),),
        layers=("userns",),
        absent={"landlock": "too old"},
    ),
    protocol.Crashed(reason="it ended with -9"),
]


def _pair():
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    return ours, theirs


@pytest.mark.parametrize("message", _MESSAGES, ids=lambda m: type(m).__name__)
def test_every_message_arrives_as_it_was_sent(message):
    """All facts survive the way."""
    ours, theirs = _pair()
    with ours, theirs:
        protocol.send(theirs, message)

        assert protocol.receive(ours) == message


def test_messages_arrive_one_by_one_in_order():
    """What was sent in one go is read as what it was."""
    ours, theirs = _pair()
    with ours, theirs:
        for message in _MESSAGES:
            protocol.send(theirs, message)

        assert [protocol.receive(ours) for _ in _MESSAGES] == _MESSAGES


def test_a_message_larger_than_any_buffer_arrives_whole():
    """A report may quote as much as it likes."""
    ours, theirs = _pair()
    big = protocol.Broken(reason="é" * 10**6)
    with ours, theirs:
        sender = threading.Thread(target=protocol.send, args=(theirs, big))
        sender.start()

        assert protocol.receive(ours) == big
        sender.join()


@given(st.data())
def test_a_message_that_was_cut_off_is_none_at_all(data):
    """When the other end dies half-way, nothing that it did not finish is believed."""
    ours, theirs = _pair()
    with ours:
        with theirs:
            protocol.send(theirs, _MESSAGES[3])
            whole = ours.recv(2**20)
            theirs.sendall(whole[: data.draw(st.integers(0, len(whole) - 1))])

        assert protocol.receive(ours) is None


def test_a_closed_channel_ends_the_conversation():
    """None says that nobody is there any more."""
    ours, theirs = _pair()
    theirs.close()
    with ours:
        assert protocol.receive(ours) is None


def test_a_frame_of_something_else_is_refused():
    """Both ends are ours: anything that is no message is a bug, and is not passed over."""
    ours, theirs = _pair()
    with ours, theirs:
        theirs.sendall(HEADER.pack(4) + b"\xc1abc")

        with pytest.raises(protocol.msgspec.DecodeError, match="malformed"):
            protocol.receive(ours)
