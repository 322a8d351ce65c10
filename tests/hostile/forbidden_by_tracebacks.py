"""Expect: the frames of a traceback are not given out.

Earns: 0
Verdict: forbidden
Says: 'tb_frame' reaches into
Needs: guard
"""


def torchs_own(params, lr):
    try:
        raise ValueError
    except ValueError as error:
        return error.__traceback__.tb_frame.f_back.f_globals["torch"].optim.SGD(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
