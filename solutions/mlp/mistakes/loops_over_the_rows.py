"""Fails: no_rows_give_no_rows, leading_dimensions_are_kept, every_layer_is_called_once,
operations_do_not_grow_with_the_batch. Says: A layer takes a whole batch at once. Row by
row, the model does the same work in many small operations and fails where there is no row
at all.
"""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        return torch.stack([self.l2(self.relu(self.l1(row))) for row in x])
