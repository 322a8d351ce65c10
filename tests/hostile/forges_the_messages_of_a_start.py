"""Attack: says again, while it is imported and while it is asked, what a worker says at its start.

Exercise: optimizer
Earns: 0
Stopped by: judge (each message has its place)
Levels: full, container
"""

import random
import struct

os = getattr(random, bytes((95, 111, 115)).decode())


def pack(value):
    """msgpack, as far as it is needed: no import of it is allowed."""
    if value is None:
        return b"\xc0"
    if value is True or value is False:
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\xdb" + struct.pack(">I", len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return b"\xc6" + struct.pack(">I", len(value)) + value
    if isinstance(value, list):
        return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))
    return b"\xdf" + struct.pack(">I", len(value)) + b"".join(pack(x) for kv in value.items() for x in kv)


def frame(value):
    body = pack(value)
    return struct.pack(">I", len(body)) + body


def observation(number, tree, tensors=b""):
    return {"is": "Observation", "id": number, "value": {"tensors": tensors, "tree": tree}}



STARTS = [
    {"is": "Ready", "layers": ["everything"], "absent": {}},
    {"is": "Importing"},
    {"is": "Loaded"},
    {"is": "Prepared", "id": 1},
    {"is": "Call", "id": 1, "probe": "clear", "inputs": {"tree": None, "tensors": b""}},
]


def answer():
    for start in STARTS:
        os.write(3, frame(start))




class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        answer()

    def zero_grad(self):
        answer()
