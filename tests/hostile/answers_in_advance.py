"""Expect: answers that wait for their questions are refused.

Earns: 0
"""

import os
import struct

import msgspec


def frame(**fields):
    body = msgspec.msgpack.encode(fields)
    return struct.pack("!I", len(body)) + body


os.write(3, frame(**{"is": "Loaded"}))
for number in range(1, 200):
    empty = {"tree": None, "tensors": b""}
    os.write(3, frame(**{"is": "Observation", "id": number, "value": empty}))


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        pass

    def zero_grad(self):
        pass
