import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}; every row needs one label")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, slice):
            # a slice is just start and stop -> collect the rows one by one
            xs, ys = [], []
            for j in range(index.start, index.stop):
                xs.append(self.x[j])
                ys.append(self.y[j])
            return torch.stack(xs), torch.stack(ys)
        return self.x[index], self.y[index]
