from torch import optim


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.sgd = optim.SGD(self.params, lr=lr)

    def step(self):
        self.sgd.step()

    def zero_grad(self):
        self.sgd.zero_grad()
