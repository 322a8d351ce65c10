"""Fails: step_does_little_work, step_reads_no_value.

Says: You write every gradient out as text at every step. Turning numbers into text costs far
more than the step itself; a training loop that wants to log does so now and then.
"""

import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.last_gradients = ""

    @torch.no_grad()
    def step(self):
        log = []
        for p in self.params:
            if p.grad is not None:
                if not p.grad.is_sparse:
                    log.append(str(p.grad.tolist()))
                p -= self.lr * p.grad
        self.last_gradients = " ".join(log)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
