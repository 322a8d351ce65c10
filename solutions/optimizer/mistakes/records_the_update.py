"""Fails: one_step_matches.

Says: Torch refuses to change a parameter in place while it records. The update is not part
of the model: switch recording off around it.
"""


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
