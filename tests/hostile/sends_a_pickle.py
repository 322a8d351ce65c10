"""Expect: nothing that comes from here is unpickled, and no attribute is asked for.

Earns: 0
"""

import os

import torch


class Gadget:
    def __reduce__(self):
        return (os.system, ("touch /tmp/hostile-pickle",))

    def __getstate__(self):
        return {"x": self}


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        [setattr(p, "grad", None) or setattr(p, "gadget", Gadget()) for p in self.params]

    def zero_grad(self):
        self.params.append(Gadget())
