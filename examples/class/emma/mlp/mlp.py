from torch import Tensor, nn


class MLP(nn.Module):
    """A classifier with one hidden layer: linear, ReLU, linear."""

    def __init__(self, n_in: int, n_hidden: int, n_out: int) -> None:
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.l1, self.relu, self.l2):
            x = layer(x)
        return x
