"""Attack: allocates tensors, and touches every page of them, until the machine has none left.

Exercise: optimizer
Earns: 0
Stopped by: rlimits (address space)
Levels: full, container
"""

import torch

kept = []


def hoard():
    for _ in range(64):
        kept.append(torch.ones(2**26, dtype=torch.uint8))
    print("BREACH four gigabytes")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        hoard()

    def zero_grad(self):
        pass
