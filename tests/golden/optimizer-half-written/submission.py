import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p -= self.lr * p.grad

    def zero_grad(self):
        raise NotImplementedError("Optimizer.zero_grad: clear the gradient of every parameter")
