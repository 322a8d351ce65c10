"""Fails: logits_follow_the_three_layers, the_input_is_left_as_it_was. Says: A method whose
name ends in an underscore changes the tensor it is called on, and this one is the caller's
batch. Use a call that returns a new tensor.
"""

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        x.relu_()
        return self.l2(self.relu(self.l1(x)))
