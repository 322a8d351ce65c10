"""Attack: answers with tensors of the newest and of unknown types of number, and of shapes without an element.

Exercise: optimizer
Earns: 0
Stopped by: judge (type and shape are compared first)
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



TYPES = ["F8_E4M3", "F8_E5M2", "F8_E8M0", "F4", "F6_E2M3", "U16", "U32", "U64", "C64", "BF16", "I8", "F128", "str"]
asked = []


def answer():
    asked.append(None)
    kind = TYPES[len(asked) % len(TYPES)]
    rows = (
        '{"0":{"dtype":"%s","shape":[3,5],"data_offsets":[0,%d]}}' % (kind, 15),
        '{"0":{"dtype":"%s","shape":[0,4611686018427387904,2],"data_offsets":[0,0]}}' % kind,
        '{"0":{"dtype":"%s","shape":[%s],"data_offsets":[0,1]}}' % (kind, ",".join("1" * 2000)),
    )
    table = rows[len(asked) % 3].encode()
    tensors = struct.pack("<Q", len(table)) + table + bytes(15)
    for number in range(1, 60):
        os.write(3, frame(observation(number, ["d", [["parameter", ["T", "0"]]]], tensors)))
    os._exit(0)




class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        answer()

    def zero_grad(self):
        answer()
