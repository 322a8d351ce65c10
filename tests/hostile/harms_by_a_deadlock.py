"""Attack: waits for a lock that it holds itself, and uses no processor while it waits.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline; a worker that sleeps is not starved)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
lock = getattr(_os, "s" + "ys").modules["_thread"].allocate_lock()


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        lock.acquire()
        lock.acquire()

    def zero_grad(self):
        pass
