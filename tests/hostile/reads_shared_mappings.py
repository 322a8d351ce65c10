"""Attack: looks for memory that it shares with other workers, and leaves a note there for the next one.

Exercise: optimizer
Earns: 0
Stopped by: a fork server has no shared memory that can be written
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def look():
    with open("/proc/self/maps") as file:
        rows = [line.split() for line in file]
    for row in rows:
        if row[1][1] == "w" and row[1][3] == "s":
            print("BREACH shared", row)
    print("no memory is shared")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
