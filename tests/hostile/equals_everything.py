"""Expect: objects that are equal to anything are not observed as anything.

Earns: 0
"""

class Anything:
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __float__(self):
        return 0.0

    def __iter__(self):
        while True:
            yield self

    def __bool__(self):
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    shape = property(lambda self: self)
    __class__ = property(lambda self: list)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        self.params = Anything()

    def zero_grad(self):
        self.params = Anything()
