import torch


class Optimizer:
    """
    step: p <- p - lr * grad
    zero_grad: everything back to zero
    """

    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p.add_(-self.lr * p.grad)

    def zero_grad(self):
        with torch.no_grad():
            for p in self.params:
                p.zero_()
