"""Expect: the frame of a generator is not given out.

Earns: 0
Verdict: forbidden
Says: 'gi_frame' reaches into
Needs: guard
"""


def torchs_own(params, lr):
    def walk():
        yield own.gi_frame.f_back.f_back

    own = walk()
    return next(own).f_globals["torch"].optim.SGD(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
