"""Fails: the_input_gradient_matches. Says: You cut the caller's x off before the first layer:
whatever made x, an earlier layer perhaps, gets no gradient.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l2(self.relu(self.l1(x.detach())))
