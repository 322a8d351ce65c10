class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}; every row needs one label")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x[0])

    def __getitem__(self, index):
        x = self.x[index]
        y = self.y[index]
        return x, y
