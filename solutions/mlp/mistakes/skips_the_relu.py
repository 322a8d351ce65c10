"""Fails: logits_follow_the_three_layers, the_model_is_not_one_linear_layer,
every_layer_is_called_once. Says: Two linear layers with nothing non-linear between them are
one linear layer, however long you train.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.l2(self.l1(x))
