"""Attack: arms timers and handlers that raise in the middle of whatever runs next.

Exercise: optimizer
Earns: 0
Stopped by: address space (it can only raise in its own process)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
modules = getattr(_os, "s" + "ys").modules


def raise_later(*_):
    raise KeyboardInterrupt("passed")


def arm():
    signal = modules.get("signal") or modules["_signal"]
    for number, timer in ((14, 0), (26, 1), (27, 2)):
        signal.signal(number, raise_later)
        signal.setitimer(timer, 0.0005, 0.0005)
    for number in (24, 2, 15):
        signal.signal(number, raise_later)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        arm()

    def zero_grad(self):
        arm()
