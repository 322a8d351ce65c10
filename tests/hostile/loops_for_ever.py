"""Expect: a loop without an end is out of time, and the rest is not waited for.

Earns: 0
"""

def attack():
    while True:
        pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
