"""Attack: replaces the worker's own functions for packing and sending, found in `sys.modules` and through the objects that hold them.

Exercise: optimizer
Earns: 0
Stopped by: address space (a worker that does not speak the protocol earns nothing)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")
real_write = _os.write


def yes(*_, **__):
    return {"parameter": True, "gradients": [], "parameters": [], "passed": True}


for name, module in list(sys.modules.items()):
    if name.startswith("autograder") or name in ("msgspec", "safetensors.torch", "safetensors"):
        for attribute in ("pack", "unpack", "encode", "_send", "_describe", "raised", "save", "Observation"):
            if hasattr(module, attribute):
                setattr(module, attribute, yes)
_os.write = lambda fd, data: real_write(fd, data) and len(data)
_os.read = lambda fd, count: b""


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        pass

    def zero_grad(self):
        pass
