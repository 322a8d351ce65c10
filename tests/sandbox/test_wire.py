"""A frame comes out as it went in, and whatever else comes is a `WireError`."""

from __future__ import annotations

import resource
import struct
import sys
import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import wire
from autograder.sandbox.wire import (
    Call,
    Failure,
    Load,
    Loaded,
    Observation,
    Packed,
    Ready,
    WireError,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
packed = st.builds(
    Packed,
    tree=st.integers(0, 9).map(lambda n: msgspec.Raw(msgspec.msgpack.encode(n))),
    tensors=st.binary(max_size=20),
)
answers = (
    st.builds(Ready, layers=st.tuples(texts), absent=st.dictionaries(texts, texts, max_size=2))
    | st.builds(Loaded)
    | st.builds(Observation, id=st.integers(0, 9), value=packed)
    | st.builds(Failure, id=st.integers(0, 9), kind=texts, error=texts, message=texts)
)
questions = st.builds(
    Load,
    files=st.dictionaries(texts, texts, max_size=2),
    names=st.tuples(texts),
    probes=texts,
    imports=st.tuples(texts),
    forbidden=st.tuples(texts),
) | st.builds(Call, id=st.integers(0, 9), probe=texts, inputs=packed)


def body_of(frame: bytes) -> bytes:
    """Return what follows a frame's header, which must tell its length."""
    header, body = frame[: wire.HEADER.size], frame[wire.HEADER.size :]
    assert wire.frame_length(header) == len(body)
    return body


def frame_of(**fields: object) -> bytes:
    """Return the body of what an enemy may write himself."""
    return msgspec.msgpack.encode(fields)


def decodes_or_refuses(body: bytes) -> object:
    """Decode an answer; return it, or None where it was refused."""
    try:
        return wire.decode_answer(body)
    except WireError:
        return None


def plain(message: object) -> object:
    """Return *message* in a form that can be compared: raw trees compare by identity."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(message))


@given(answers)
def test_answers_come_out_as_they_went_in(answer: wire.Answer) -> None:
    """Every answer of a worker is read back as it was sent."""
    seen = wire.decode_answer(body_of(wire.encode(answer)))

    assert type(seen) is type(answer)
    assert plain(seen) == plain(answer)


@given(questions)
def test_questions_come_out_as_they_went_in(question: wire.Question) -> None:
    """Every question of the judge is read back as it was sent."""
    seen = wire.decode_question(body_of(wire.encode(question)))

    assert type(seen) is type(question)
    assert plain(seen) == plain(question)


@given(answers, st.data())
def test_a_piece_of_an_answer_is_refused(answer: wire.Answer, data: st.DataObject) -> None:
    """An answer cut off anywhere is no answer."""
    body = body_of(wire.encode(answer))

    piece = body[: data.draw(st.integers(0, len(body) - 1))]

    with pytest.raises(WireError, match="no message"):
        wire.decode_answer(piece)


@settings(max_examples=300)
@given(answers, st.data())
def test_a_changed_answer_is_refused_or_an_answer(answer: wire.Answer, data: st.DataObject) -> None:
    """Any bytes exchanged in an answer never raise anything but `WireError`."""
    body = bytearray(body_of(wire.encode(answer)))
    for at in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=5)):
        body[at] = data.draw(st.integers(0, 255))

    seen = decodes_or_refuses(bytes(body))

    assert seen is None or isinstance(seen, Ready | Loaded | Observation | Failure)


@given(st.binary(max_size=300))
def test_rubbish_is_refused_or_an_answer(body: bytes) -> None:
    """Bytes from nowhere never raise anything but `WireError`."""
    decodes_or_refuses(body)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"is": "Nothing"},
        {"is": ["Loaded"]},
        {"is": "Loaded", "more": 1},
        {"is": "Load", "files": {}, "names": [], "probes": "", "imports": [], "forbidden": []},
        {"is": "Call", "id": 1, "probe": "", "inputs": {"tree": 1}},
        {"is": "Observation", "id": 2**63, "value": 1},
        {"is": "Observation", "id": 1.5, "value": {"tree": 1}},
        {"is": "Observation", "id": True, "value": {"tree": 1}},
        {"is": "Observation", "id": 1},
        {"is": "Observation", "id": 1, "value": {"tree": 1, "tensors": "text"}},
        {"is": "Observation", "id": 1, "value": {"tree": 1, "tensor": b""}} | {"x": 1},
        {"is": "Failure", "id": 1, "kind": "raised", "error": "", "message": b"bytes"},
        {"is": "Failure", "id": 1, "kind": "raised", "error": "", "message": "", "line": "7"},
        {"is": "Failure", "id": 1, "kind": "raised", "error": "", "message": "x" * 4001},
    ],
    ids=lambda fields: str(fields)[:60],
)
def test_messages_that_are_none_are_refused(fields: dict[str, object]) -> None:
    """Unknown kinds and fields, questions, wrong types and endless texts are no answers."""
    with pytest.raises(WireError, match="no message"):
        wire.decode_answer(frame_of(**fields))


def test_ids_beyond_64_bits_and_broken_texts_are_refused() -> None:
    """Numbers and characters that Python would have to make an exception for are refused."""
    good = frame_of(**{"is": "Failure", "id": 7, "kind": "", "error": "", "message": "abc"})

    huge = good.replace(b"\xa2id\x07", b"\xa2id\xcf" + b"\xff" * 8)
    surrogate = good.replace(b"abc", b"\xed\xa0\x80")

    assert isinstance(wire.decode_answer(good), Failure)
    assert decodes_or_refuses(huge) is None or wire.decode_answer(huge).id == 2**64 - 1
    with pytest.raises(WireError, match="no message"):
        wire.decode_answer(surrogate)


def test_an_answer_nested_without_end_is_refused() -> None:
    """A hundred thousand lists in each other are refused, wherever they stand."""
    nest = b"\x91" * 100_000 + b"\xc0"
    observation = frame_of(**{"is": "Observation", "id": 1, "value": {"tree": None}})

    inside = observation.replace(b"\xa4tree\xc0", b"\xa4tree" + nest)

    assert inside != observation
    for body in (nest, inside):
        with pytest.raises(WireError, match="no message"):
            wire.decode_answer(body)


def test_a_frame_of_empty_lists_costs_no_more_than_its_size() -> None:
    """Bytes that are a whole list each stay bytes until somebody has looked at their length."""
    count = 32 * 2**20
    observation = frame_of(**{"is": "Observation", "id": 1, "value": {"tree": None}})
    bomb = b"\xa4tree\xdd" + struct.pack("!I", count) + b"\x90" * count
    body = observation.replace(b"\xa4tree\xc0", bomb)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()

    seen = wire.decode_answer(body)

    unit = 1 if sys.platform == "darwin" else 1024
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit
    assert isinstance(seen, Observation)
    assert grown < 4 * count
    assert time.process_time() - started < 2


def test_frames_have_a_largest_size() -> None:
    """A frame that is larger than allowed is neither sent nor waited for."""
    largest = wire.HEADER.pack(wire.MAX_FRAME)
    value = Packed(msgspec.Raw(b"\xc0"), bytes(wire.MAX_FRAME))

    assert wire.frame_length(largest) == wire.MAX_FRAME
    with pytest.raises(WireError, match="are allowed"):
        wire.frame_length(wire.HEADER.pack(wire.MAX_FRAME + 1))
    with pytest.raises(WireError, match="are allowed"):
        wire.encode(Observation(id=1, value=value))
