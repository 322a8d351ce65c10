"""Torch's own answer, behind the names of the exercise; it runs in the judge only."""

from torch.optim import SGD


class Optimizer(SGD):
    """`torch.optim.SGD` with the learning rate where the exercise has it."""

    def __init__(self, params, lr):
        super().__init__(params, lr=lr)

    @property
    def lr(self):
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value):
        for group in self.param_groups:
            group["lr"] = value
