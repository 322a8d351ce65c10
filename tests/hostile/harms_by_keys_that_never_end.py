"""Attack: gives batches that are dictionaries with deep tuples, endless iterators and liars as keys.

Exercise: dataset
Earns: 0
Stopped by: worker (values are bounded in number and depth); judge (deadline)
Levels: full, container
"""

class Endless(dict):
    def items(self):
        while True:
            yield ("key", 1)


class Liar(str):
    def __hash__(self):
        return 1

    def __eq__(self, other):
        return True


def deep(n):
    found = ()
    for _ in range(n):
        found = (found, found)
    return found


class Dataset:
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.asked = 0

    def __len__(self):
        return 2**62

    def __getitem__(self, index):
        self.asked += 1
        kinds = (Endless(), {deep(40): 1}, {Liar("x"): 1, Liar("y"): 2}, deep(60))
        return kinds[self.asked % 4], {float("nan"): deep(3)}
