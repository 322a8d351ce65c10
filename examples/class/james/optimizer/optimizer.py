import torch


class Optimizer:
    """Gradient descent.

    The gradient tells us which direction to move the weights in, and lr
    tells us how far, so every weight gets lr * grad on top.
    """

    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            p += self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
