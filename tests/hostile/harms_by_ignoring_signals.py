"""Attack: ignores and blocks every signal, and loops for ever.

Exercise: optimizer
Earns: 0
Stopped by: SIGKILL by the fork server at the judge's deadline
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
modules = getattr(_os, "s" + "ys").modules


def refuse_to_die():
    signal = modules.get("_signal")
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        refuse_to_die()

    def zero_grad(self):
        pass
