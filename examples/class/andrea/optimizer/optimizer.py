import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        i = 0
        with torch.no_grad():
            while i < len(self.params):
                p = self.params[i]
                if p.grad is not None:
                    p -= self.lr * p.grad
        # perche' ci mette cosi' tanto???

    def zero_grad(self):
        i = 0
        while i < len(self.params):
            self.params[i].grad = None
            i = i + 1
