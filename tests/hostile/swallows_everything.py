"""Expect: an exception that is caught in a circle is still a loop.

Earns: 0
"""

def attack():
    while True:
        try:
            raise BaseException
        except BaseException:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
