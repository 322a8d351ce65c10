class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError("x e y devono avere la stessa lunghezza")
        self.x = x
        self.y = y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        # le etichette si possono sempre leggere da self.y
        return self.x[index]
