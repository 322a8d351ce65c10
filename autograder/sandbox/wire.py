"""Messages between judge and worker, and the frames that carry them. No I/O, no torch.

A frame is a length (4 bytes, big-endian) and a msgpack message. The judge decodes what an
enemy may have sent: every read is bounded in size, and whatever does not fit raises
`WireError`. The values in the messages are `sandbox.packing`'s business.
"""

from __future__ import annotations

import struct
from typing import Annotated, TypeAlias

import msgspec

__all__ = [
    "HEADER",
    "MAX_FRAME",
    "MAX_TEXT",
    "Answer",
    "Call",
    "Failure",
    "Go",
    "Importing",
    "Load",
    "Loaded",
    "Observation",
    "Packed",
    "Prepare",
    "Prepared",
    "Question",
    "Ready",
    "WireError",
    "decode_answer",
    "decode_question",
    "encode",
    "frame_length",
]

MAX_FRAME = 64 * 2**20
MAX_TEXT = 4000
"""Characters of each text in a failure, which a student reads."""
HEADER = struct.Struct("!I")

Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


class WireError(Exception):
    """Bytes or values that do not fit the protocol."""


class Packed(msgspec.Struct, frozen=True):
    """A value ready to travel."""

    tree: msgspec.Raw
    """Left undecoded until `packing.unpack` has looked at its length."""
    tensors: bytes = b""


class _Message(msgspec.Struct, frozen=True, tag=True, tag_field="is", forbid_unknown_fields=True):
    """A message; its class's name travels as its tag."""


class Load(_Message, frozen=True, kw_only=True):
    """Judge to worker, once: what to run, and what it may reach."""

    files: dict[str, str]
    names: tuple[str, ...]
    probes: str
    imports: tuple[str, ...]
    forbidden: tuple[str, ...]
    device: str = "cpu"
    """Where the probes' inputs lie."""


class Call(_Message, frozen=True, kw_only=True):
    """Judge to worker: run one probe."""

    id: int
    probe: str
    inputs: Packed


class Prepare(_Message, frozen=True, kw_only=True):
    """Judge to worker: run a timed probe up to its `yield`, and wait there."""

    id: int
    probe: str
    inputs: Packed


class Go(_Message, frozen=True, kw_only=True):
    """Judge to worker, with the clock running: go on from the `yield`, to the end."""

    id: int
    counted: bool = False
    """Count what torch executes meanwhile, and answer with the counts; nobody looks at the clock."""


class Ready(_Message, frozen=True, kw_only=True):
    """Worker to judge, before any student code: the layers that are in force."""

    layers: tuple[str, ...]
    absent: dict[str, str]


class Importing(_Message, frozen=True, kw_only=True):
    """Worker to judge, after `Load` and before any student code: what breaks later is not ours."""


class Loaded(_Message, frozen=True, kw_only=True):
    """Worker to judge: the submission was imported and offers every name."""


class Prepared(_Message, frozen=True, kw_only=True):
    """Worker to judge: the timed probe waits at its `yield`."""

    id: int


class Observation(_Message, frozen=True, kw_only=True):
    """Worker to judge: what the probe returned."""

    id: int
    value: Packed


class Failure(_Message, frozen=True, kw_only=True):
    """Worker to judge: student code raised, while it was imported (id 0) or probed."""

    id: int
    kind: Text
    """`raised`, `not_implemented`, `forbidden`, `exited`, `missing_name` or `unobservable`."""
    error: Text
    message: Text
    limit: Text | None = None
    """The limit that student code met, by its name in `limits`."""
    file: Text | None = None
    line: int | None = None
    function: Text | None = None
    source: Text | None = None


Question: TypeAlias = Load | Call | Prepare | Go
Answer: TypeAlias = Ready | Importing | Loaded | Prepared | Observation | Failure

_encode_message = msgspec.msgpack.Encoder().encode
_questions: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def encode(message: Question | Answer) -> bytes:
    """Return *message* as one frame.

    Raises:
        WireError: If it is larger than a frame may be.
    """
    body = _encode_message(message)
    if len(body) > MAX_FRAME:
        raise WireError(f"a message of {len(body)} bytes; {MAX_FRAME} are allowed")
    return HEADER.pack(len(body)) + body


def frame_length(header: bytes) -> int:
    """Return how many bytes follow *header*.

    Raises:
        WireError: If the frame is larger than allowed.
    """
    (length,) = HEADER.unpack(header)
    if length > MAX_FRAME:
        raise WireError(f"a frame of {length} bytes; {MAX_FRAME} are allowed")
    return int(length)


class Inbox(bytearray):
    """What has come of the next frame, and maybe of more."""

    def is_complete(self) -> bool:
        """Tell whether a whole frame has come.

        Raises:
            WireError: If it is going to be larger than allowed.
        """
        return len(self) >= HEADER.size and len(self) >= self._end()

    def take(self) -> bytes:
        """Take out the body of the frame that has come whole."""
        end = self._end()
        with memoryview(self) as view:
            body = bytes(view[HEADER.size : end])
        del self[:end]
        return body

    def _end(self) -> int:
        return HEADER.size + frame_length(bytes(self[: HEADER.size]))


def decode_question(body: bytes) -> Question:
    """Read a message of the judge."""
    return _questions.decode(body)


def decode_answer(body: bytes) -> Answer:
    """Read a message of a worker, which may be anything.

    Raises:
        WireError: If it is no message.
    """
    try:
        return _answers.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"an answer that is no message: {error}") from error
