"""Attack: raises an exception whose `__str__`, `__repr__`, `__del__` and `__traceback__` never come back.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline)
Levels: full, container
"""

class Endless(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __format__ = __str__
    __notes__ = property(__str__)


def throw():
    raise Endless


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        throw()

    def zero_grad(self):
        pass
