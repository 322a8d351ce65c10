import torch
from torch import nn


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None


# prova veloce
modello = nn.Linear(3, 1)
opt = Optimizer(modello.parameters(), 0.1)
modello(torch.ones(2, 3)).sum().backward()
prima = modello.weight.clone()
opt.step()
print(prima - modello.weight)
exit()
