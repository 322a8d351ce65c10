"""Attack: closes its channel, and in another life puts /dev/null or a pipe in its place.

Exercise: optimizer
Earns: 0
Stopped by: judge (no answer is no point)
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def shut():
    os.close(3)
    os.close(1)


def replace():
    reader, writer = os.pipe()
    os.dup2(writer, 3)
    os.dup2(os.open("/dev/null", os.O_RDWR), 0)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        shut()

    def zero_grad(self):
        replace()
