"""The exercise's names, offered by torch."""

from collections import OrderedDict

from torch import nn


class MLP(nn.Sequential):
    """`nn.Sequential` whose three layers carry the exercise's names."""

    def __init__(self, n_in: int, n_hidden: int, n_out: int) -> None:
        layers = {"l1": nn.Linear(n_in, n_hidden), "relu": nn.ReLU()}
        super().__init__(OrderedDict(layers, l2=nn.Linear(n_hidden, n_out)))
