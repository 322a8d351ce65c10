"""Expect: an answer byte by byte keeps nobody waiting.

Earns: 0
"""

import os
import time


def attack():
    os.write(3, b"\x00\x10\x00\x00")
    while True:
        os.write(3, b"x")
        time.sleep(0.02)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
