"""Attack: replaces the probes in `sys.modules` by functions that report success and never call the optimizer.

Exercise: optimizer
Earns: 0
Stopped by: probes and engine are in no table of modules once the submission runs
Levels: full, container
"""

import random

import torch

_os = getattr(random, bytes((95, 111, 115)).decode())
modules = getattr(_os, "s" + "ys").modules
probes = modules["probes"]


def claim(impl, **inputs):
    params = inputs.get("params") or [inputs.get("value", torch.zeros(1))]
    return {
        "parameter": params[0],
        "is listed": True,
        "parameters": params,
        "gradients": [None] * len(params),
        "same": [True] * len(params),
        "moved": False,
        "calls": 0,
        "elements": 0,
        "syncs": 0,
        "returned": "NoneType",
        "printed": False,
        "passed": True,
        "earned": 48.0,
    }


for name in ("first_step", "clear", "work_of_zero_grad", "trajectory"):
    setattr(probes, name, claim)
probes.clear_again_and_again = lambda impl, params, stream: [[None] * len(params) for _ in stream]
probes.gradients_of_rounds = lambda impl, weight, inputs: {
    f"round {t}": x for t, x in enumerate(inputs, start=1)
}


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        raise RuntimeError("never called")

    def zero_grad(self):
        raise RuntimeError("never called")
