"""Torch's own answer, behind the names of the exercise; it runs in the judge only."""

import torch


class _HasRate:
    """The learning rate where the exercise has it."""

    @property
    def lr(self):
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value):
        for group in self.param_groups:
            group["lr"] = value


class Adam(_HasRate, torch.optim.Adam):
    pass


class AdamW(_HasRate, torch.optim.AdamW):
    pass
