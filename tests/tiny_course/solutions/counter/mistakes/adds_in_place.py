"""Fails: parts_are_left_alone. Says: Your sum is the first part itself, so adding to it changes what
the caller gave you."""


class Counter:
    def __init__(self):
        self.sum = None

    def add(self, x):
        if self.sum is None:
            self.sum = x
        else:
            self.sum.add_(x)

    def total(self):
        return self.sum
