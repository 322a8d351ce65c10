"""Expect: an answer that is made up must still be right, and is heard once.

Earns: 0
"""

import os
import struct

import msgspec


def frame(**fields):
    body = msgspec.msgpack.encode(fields)
    return struct.pack("!I", len(body)) + body


def attack():
    for number in range(1, 60):
        tree = msgspec.Raw(msgspec.msgpack.encode(True))
        value = {"tree": tree, "tensors": b""}
        os.write(3, frame(**{"is": "Observation", "id": number, "value": value}))


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
