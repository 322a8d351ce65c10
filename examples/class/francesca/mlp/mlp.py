from torch import nn


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()

    def forward(self, x):
        # detach: altrimenti .numpy() nel notebook da' errore
        h = self.relu(self.l1(x)).detach()
        return self.l2(h)
