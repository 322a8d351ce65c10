"""Expect: the functions of a module are dead, by whatever dictionary they are found.

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
    reach = vars(named("SGD"))["__init__"].__globals__
    with __import__("torch").no_grad():
        reach["_single_tensor_sgd"](
            params,
            [p * 0 for p in params],
            [None for _ in params],
            weight_decay=0,
            momentum=0,
            lr=lr,
            dampening=0,
            nesterov=False,
            maximize=False,
            has_sparse_grad=False,
            grad_scale=None,
            found_inf=None,
        )
    return named("SGD")(params, lr)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.inner = torchs_own(self.params, lr)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
