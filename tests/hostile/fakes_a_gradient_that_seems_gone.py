"""Attack: `zero_grad` hides every gradient behind a property that says None, and clears nothing.

Exercise: optimizer
Earns: 0
Gains: 8            (the probe asks the object for `.grad`; torch's own getter would not be fooled)
Stopped by: best effort; the values of a later backward give it away
Levels: full, container
"""

from torch import nn


class Hidden(nn.Parameter):
    grad = property(lambda self: None, lambda self, value: None)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        pass

    def zero_grad(self):
        for p in self.params:
            p.__class__ = Hidden
