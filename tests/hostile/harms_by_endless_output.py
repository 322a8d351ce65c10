"""Attack: prints without end, to both streams, in lines and without one.

Exercise: optimizer
Earns: 0
Stopped by: judge (output is drained and bounded; deadline)
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def shout():
    line = b"a line that nobody wants to read\n" * 1000
    while True:
        os.write(1, line)
        os.write(2, b"x" * 65536)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        shout()

    def zero_grad(self):
        pass
