"""Fails: parameter_gradients_match, the_input_gradient_matches, training_follows_torch. Says:
What you write through `.data` is hidden from autograd: the values are rectified, but the
gradients flow as if there were no ReLU.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        hidden = self.l1(x)
        hidden.data = self.relu(hidden.data)
        return self.l2(hidden)
