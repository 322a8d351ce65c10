"""Attack: matches a regular expression that takes longer than the universe, without letting another thread run.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline)
Levels: full, container
"""

import re


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        re.match(r"(a+)+$", "a" * 60 + "b")

    def zero_grad(self):
        pass
