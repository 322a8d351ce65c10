"""Expect: a file that never finishes importing cannot be judged.

Earns: 0
"""

while True:
    pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        pass

    def zero_grad(self):
        pass
