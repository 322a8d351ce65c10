"""Attack: dies by a segmentation fault with a gigabyte of memory, to leave a core file.

Exercise: optimizer
Earns: 0
Stopped by: rlimits (no core, and none can be raised)
Levels: full, container
"""

import random

import numpy as np
import torch

_os = getattr(random, bytes((95, 111, 115)).decode())
ctypes = getattr(np, "".join(("ctypes", "lib"))).ctypes


def crash():
    resource = getattr(_os, "s" + "ys").modules["importlib"].import_module("resource")
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (2**30, 2**30))
        print("BREACH core files")
    except (OSError, ValueError):
        pass
    torch.ones(2**24)
    ctypes.memmove(1, 2, 3)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        crash()

    def zero_grad(self):
        pass
