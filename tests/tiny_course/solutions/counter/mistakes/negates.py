"""Fails: one_part. Says: A sum does not change the sign."""


class Counter:
    def __init__(self):
        self.sum = 0

    def add(self, x):
        self.sum = self.sum - x

    def total(self):
        return self.sum
