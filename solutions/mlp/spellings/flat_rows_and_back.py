"""Bring every input to two dimensions, and give the output its leading ones back."""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        rows = x.reshape(-1, x.shape[-1])  # (rows, n_in)
        logits = self.l2(self.relu(self.l1(rows)))  # (rows, n_out)
        return logits.reshape(*x.shape[:-1], self.l2.out_features)
