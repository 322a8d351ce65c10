"""Attack: answers with tensors whose headers lie: overlapping, beyond the end, of absurd shapes, named twice, of unknown types.

Exercise: optimizer
Earns: 0
Stopped by: judge (what does not fit is refused)
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


TABLES = [
    '{"0":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,8]}}',
    '{"0":{"dtype":"F64","shape":[0,9223372036854775807],"data_offsets":[0,0]}}',
    '{"0":{"dtype":"F64","shape":[3,5],"data_offsets":[0,120]},"1":{"dtype":"F64","shape":[3,5],"data_offsets":[0,120]}}',
    '{"0":{"dtype":"F64","shape":[-1],"data_offsets":[8,0]}}',
    '{"0":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}',
    '{"__metadata__":{"0":"1"},"0":{"dtype":"F8_E4M3","shape":[3,5],"data_offsets":[0,15]}}',
]
asked = []


def answer():
    asked.append(None)
    table = TABLES[len(asked) % len(TABLES)].encode()
    tensors = struct.pack("<Q", len(table)) + table + bytes(120)
    tree = ["d", [["parameter", ["T", "0"]], ["is listed", True], ["gradients", ["l", [["T", "0"]] * 3]]]]
    for number in range(1, 50):
        os.write(3, frame(observation(number, tree, tensors)))
    os._exit(0)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        answer()

    def zero_grad(self):
        answer()
