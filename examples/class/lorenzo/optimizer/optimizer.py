# Lorenzo - esercizio optimizer
# con .data non serve il no_grad (autograd non lo vede)


class Optimizer:

    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data -= self.lr * p.grad.data

    def zero_grad(self):
        for p in self.params:
            p.grad = None
