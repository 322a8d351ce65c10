"""Expect: an answer that would fill the judge's memory is refused before it is read.

Earns: 0
"""

import os
import struct

import msgspec


def attack():
    count = 30 * 2**20
    body = msgspec.msgpack.encode({"is": "Observation", "id": 1, "value": {"tree": None}})
    body = body.replace(b"\xa4tree\xc0", b"\xa4tree\xdd" + struct.pack("!I", count))
    data = memoryview(struct.pack("!I", len(body) + count) + body + b"\x90" * count)
    while data:
        data = data[os.write(3, data) :]


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
