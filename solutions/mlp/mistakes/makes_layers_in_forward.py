"""Fails: the_four_parameters_are_registered, two_calls_agree. Says: Layers are made once, in
`__init__`, and used in `forward`. Made at every call they are random anew each time, and
the model owns no parameters that could learn.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.n_in, self.n_hidden, self.n_out = n_in, n_hidden, n_out
        self.relu = nn.ReLU()

    def forward(self, x):
        hidden = self.relu(nn.Linear(self.n_in, self.n_hidden)(x))
        return nn.Linear(self.n_hidden, self.n_out)(hidden)
