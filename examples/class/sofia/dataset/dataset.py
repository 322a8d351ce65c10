class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}; every row needs one label")
        self.x, self.y = x, y

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, indice):
        esempi = self.x[indice]
        etichette = self.y[indice]
        return (esempi, etichette)
