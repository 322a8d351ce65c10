"""Expect: code that lets no other thread run is out of time like any other.

Earns: 0
"""

def attack():
    return 7 ** (10**8) % 2


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
