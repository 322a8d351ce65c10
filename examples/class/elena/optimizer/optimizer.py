import torch


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        print("Optimizer creato, numero di parametri:", len(self.params))

    def step(self):
        print("---- STEP ----")
        with torch.no_grad():
            for i, p in enumerate(self.params):
                if p.grad is None:
                    print("  grad None per il parametro", i)
                    continue
                print("  prima:", p.shape, "lr =", self.lr)
                p -= p.grad * self.lr
        print("---- FINE ----")

    def zero_grad(self):
        for p in self.params:
            p.grad = None
        print("gradienti azzerati :)")
