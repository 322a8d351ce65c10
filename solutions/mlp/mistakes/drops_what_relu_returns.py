"""Fails: logits_follow_the_three_layers, the_model_is_not_one_linear_layer. Says: Calling a
layer returns a new tensor and leaves its input alone; you call one and let its result fall.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.l1(x)
        self.relu(x)
        return self.l2(x)
