"""Expect: work that costs the sender nothing costs the judge nothing.

Earns: 0
"""

import os
import struct

import msgspec
import safetensors.torch
import torch


def attack():
    tree = msgspec.Raw(msgspec.msgpack.encode(["l", [["T", "0"]] * 50_000]))
    tensors = safetensors.torch.save({"0": torch.zeros(2**20)})
    for number in range(1, 40):
        value = {"tree": tree, "tensors": tensors}
        body = msgspec.msgpack.encode({"is": "Observation", "id": number, "value": value})
        os.write(3, struct.pack("!I", len(body)) + body)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
