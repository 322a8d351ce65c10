"""Attack: announces a frame of four gigabytes, and one of exactly the allowed size that never comes.

Exercise: optimizer
Earns: 0
Stopped by: judge (frames are bounded)
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def announce(header):
    os.write(3, header)
    os.write(3, b"\x00" * 1000)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        announce(b"\xff\xff\xff\xff")

    def zero_grad(self):
        announce(b"\x7f\xff\xff\xff")
