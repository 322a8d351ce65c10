"""Attack: answers with dictionaries whose keys are nan, tensors, lists, tuples in tuples, and the same key twice.

Exercise: optimizer
Earns: 0
Stopped by: judge (what cannot be a key is refused; keys are compared with those that are expected)
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



KEYS = [
    float("nan"),
    ["t", [["t", [["t", [1]]]]]],
    ["l", [1]],
    ["d", []],
    ["T", "0"],
    ["o", "str"],
    True,
    1.0,
    2**62,
    b"parameter",
]
asked = []


def answer():
    asked.append(None)
    pairs = [[KEYS[len(asked) % len(KEYS)], True], ["parameter", ["l", []]], ["parameter", True]]
    for number in range(1, 60):
        os.write(3, frame(observation(number, ["d", pairs * 20])))
    os._exit(0)




class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        answer()

    def zero_grad(self):
        answer()
