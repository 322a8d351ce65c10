"""Attack: returns values that are dear to pack: endless iterators, a list in itself, a hundred thousand lists, a number of a million digits.

Exercise: dataloader
Earns: 0
Stopped by: worker, wire (values are bounded in number and depth)
Levels: full, container
"""

class Endless(list):
    def __iter__(self):
        while True:
            yield 1.0

    def __len__(self):
        return 2**62


def loop():
    inner = []
    inner.append(inner)
    return inner


class DataLoader:
    def __init__(self, ds, bs):
        self.ds, self.bs = ds, bs

    def __iter__(self):
        yield Endless()
        yield loop()
        yield [[]] * 10**6
        yield 10 ** (10**6)

    def __len__(self):
        return 10**30
