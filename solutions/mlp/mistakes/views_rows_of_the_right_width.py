"""Fails: leading_dimensions_are_kept, a_wrong_width_is_refused. Says: `view` cuts whatever it
gets into rows of the width you name: it forgets leading dimensions, and lets a batch of the
wrong width pass.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = x.view(-1, self.l1.in_features)
        return self.l2(self.relu(self.l1(x)))
