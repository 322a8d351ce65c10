"""Attack: sends its answer one byte at a time, so that somebody is kept waiting for ever.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline)
Levels: full, container
"""

import random
import time

os = getattr(random, bytes((95, 111, 115)).decode())


def drip():
    os.write(3, b"\x00\x00\x10\x00")
    for _ in range(10**6):
        os.write(3, b"\xc0")
        time.sleep(0.02)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        drip()

    def zero_grad(self):
        pass
