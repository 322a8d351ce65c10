"""Expect: the methods of a class are dead, too, without its constructor.

Earns: 0
Verdict: forbidden
Says: 'torch.optim' is what this exercise rebuilds
Needs: guard
"""


def named(name, base=object):
    pending = [base]
    while pending:
        child = pending.pop()
        if child.__name__ == name and child.__module__.startswith("torch."):
            return child
        if child is not type:
            pending.extend(type.__subclasses__(child))
    raise LookupError(name)


def torchs_own(params, lr):
    sgd = named("SGD")
    own = object.__new__(sgd)
    own.__dict__.update(
        defaults=dict(differentiable=False),
        state={},
        param_groups=[
            dict(
                params=params,
                lr=lr,
                momentum=0,
                dampening=0,
                weight_decay=0,
                nesterov=False,
                maximize=False,
                foreach=None,
                differentiable=False,
                fused=None,
            )
        ],
    )
    sgd.step(own)
    return own


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
