"""Fails: parameter_stays_a_leaf, training_matches_torch.

Says: You switch `requires_grad` off to be allowed to write and never switch it on again, so
the next backward finds nothing to learn. Switch recording off instead.
"""


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.requires_grad_(False)
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
