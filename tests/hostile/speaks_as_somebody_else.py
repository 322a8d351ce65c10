"""Attack: has failures of its own making name other files, other functions and source lines with escapes in them.

Exercise: optimizer
Earns: 0
Stopped by: feedback; texts of a failure are bounded
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

EVIL = "\x1b[2Jtest_parity.py\u202e\n"


def speak():
    for number in range(1, 30):
        os.write(3, frame({"is": "Failure", "id": number, "kind": "raised", "error": EVIL * 40,
                           "message": EVIL * 150, "file": EVIL, "line": 2**62, "function": EVIL * 50,
                           "source": "   \t" + EVIL * 90}))
    os._exit(0)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        speak()

    def zero_grad(self):
        speak()
