"""Fails: logits_follow_the_three_layers. Says: You add the input back where the sizes allow
it. That is a residual connection, another model than linear, ReLU, linear.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        hidden = self.relu(self.l1(x))
        if hidden.shape == x.shape:
            hidden = hidden + x
        return self.l2(hidden)
