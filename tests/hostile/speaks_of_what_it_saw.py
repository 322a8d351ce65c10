"""Attack: says everything that it can see of the probes and of its inputs, through every channel: messages, output, names.

Exercise: optimizer
Earns: 0
Stopped by: address space (a probe tells how, never what is right)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def tell(*things):
    for name, value in sorted(vars(sys.modules["probes"]).items()):
        print(name, repr(value)[:60], getattr(value, "__doc__", None))
    print(dict(_os.environ), sys.argv, sys.path, sys.flags, *things)
    raise ValueError(repr(things))


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        tell(self.params, [p.grad for p in self.params])

    def zero_grad(self):
        tell(vars(self))
