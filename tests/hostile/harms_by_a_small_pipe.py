"""Attack: makes the pipe of what it prints as small as can be, never blocking and always full.

Exercise: optimizer
Earns: 0
Stopped by: judge (output is drained while it waits); deadline
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())

import fcntl


def look():
    try:
        fcntl.fcntl(1, 1031, 4096)
    except OSError:
        pass
    os.set_blocking(1, False)
    while True:
        try:
            os.write(1, b"x" * 65536)
        except OSError:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
