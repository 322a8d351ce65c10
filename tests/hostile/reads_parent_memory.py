"""Expect: no other process can be looked into.

Earns: 0
"""

import os


def attack():
    for pid in [os.getppid(), 1, *(int(p) for p in range(2, 400))]:
        if pid == os.getpid():
            continue
        for name in ("environ", "cmdline", "maps", "mem", "stack", "fd/3", "root/etc/passwd"):
            try:
                print(pid, name, open(f"/proc/{pid}/{name}", "rb").read(4000))
            except OSError:
                pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
