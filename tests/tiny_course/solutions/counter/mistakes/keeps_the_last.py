"""Fails: two_parts, five_parts_match_torch. Says: You keep the last part only; add it to what is there."""


class Counter:
    def add(self, x):
        self.sum = x

    def total(self):
        return self.sum
