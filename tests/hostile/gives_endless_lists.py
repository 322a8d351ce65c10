"""Expect: a list without an end is refused.

Earns: 0
"""

class Endless(list):
    def __iter__(self):
        while True:
            yield from range(9)

    def __len__(self):
        return 3


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        self.params = Endless()

    def zero_grad(self):
        self.params = Endless()
