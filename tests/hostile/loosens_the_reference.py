"""Expect: global settings of this process are not the judge's.

Earns: 0
"""

import torch

torch.set_default_dtype(torch.bfloat16)
torch.set_float32_matmul_precision("medium")
torch.backends.cuda.matmul.allow_tf32 = True
torch.set_printoptions(precision=0)
torch.manual_seed = lambda *_: None


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        torch.set_default_device("meta")

    def zero_grad(self):
        torch.set_grad_enabled(False)
