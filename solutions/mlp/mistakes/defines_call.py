"""Fails: every_layer_is_called_once. Says: `nn.Module.__call__` runs the hooks and then your
`forward`; by writing your own `__call__` you have replaced that, and hooks on the model
never fire.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def __call__(self, x):
        return self.l2(self.relu(self.l1(x)))
