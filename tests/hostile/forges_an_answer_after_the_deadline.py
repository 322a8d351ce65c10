"""Attack: sleeps through the deadline and answers then, once and many times.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline; the next question goes to a fresh worker)
Levels: full, container
"""

import time
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




def answer():
    time.sleep(1.3)
    for number in range(1, 60):
        os.write(3, frame(observation(number, ["d", [["parameter", 1.0]]])))




class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        answer()

    def zero_grad(self):
        answer()
