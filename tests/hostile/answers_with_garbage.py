"""Expect: what cannot be read is our trouble to report and worth nothing.

Earns: 0
"""

import os


def attack():
    for handle in range(3, 64):
        try:
            os.write(handle, b"\x00\x00\x00\x08rubbish!")
            os.write(handle, os.urandom(1000))
        except OSError:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
