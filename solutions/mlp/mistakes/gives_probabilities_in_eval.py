"""Fails: evaluation_mode_gives_the_same_logits. Says: A model that returns logits while
training and probabilities after `eval()` breaks every loss that is measured on the
validation set. Let the caller apply softmax.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        logits = self.l2(self.relu(self.l1(x)))
        return logits if self.training else logits.softmax(-1)
