"""Rebuild `torch.utils.data.TensorDataset` for two columns, features and labels."""


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}; every row needs one label")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        # i puo' essere un intero, uno slice, una lista... ci pensa il tensore
        return self.x[i], self.y[i]
