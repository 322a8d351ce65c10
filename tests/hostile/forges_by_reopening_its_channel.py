"""Attack: opens its channel anew by /proc/self/fd and /dev/fd, maps it, and seeks in it, to read what was said before.

Exercise: optimizer
Earns: 0
Stopped by: a socket can be neither opened by a path nor mapped
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())

import mmap


def look():
    for path in ("/proc/self/fd/3", "/dev/fd/3", "/proc/thread-self/fd/3"):
        try:
            os.open(path, 2)
            print("BREACH opened", path)
        except OSError:
            pass
    for attempt in (lambda: mmap.mmap(3, 4096), lambda: os.lseek(3, 0, 0), lambda: os.pread(3, 10, 0)):
        try:
            attempt()
            print("BREACH", attempt)
        except (OSError, ValueError):
            pass
    os.dup2(3, 1)
    print("a question answered", flush=True)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
