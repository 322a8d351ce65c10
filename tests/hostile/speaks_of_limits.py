"""Attack: raises, in the words of the system, that limits were met which were not.

Exercise: optimizer
Earns: 0
Stopped by: feedback names the limit; it earns nothing
Levels: full, container
"""

import errno


def look():
    raise OSError(errno.EFBIG, "\x1b[2J the grader's disk is full", "/solutions/.secret")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
