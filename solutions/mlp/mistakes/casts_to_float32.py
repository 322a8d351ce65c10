"""Fails: logits_match_in_float32_and_float64, logits_match_in_bfloat16. Says: You turn every
input into float32. A model in another precision has its weights in that precision, and the
two no longer fit together.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l2(self.relu(self.l1(x.float())))
