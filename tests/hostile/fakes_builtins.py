"""Attack: replaces `all`, `any`, `len`, `abs`, `isinstance`, `zip` for everybody in the process.

Exercise: optimizer
Earns: 0
Stopped by: address space
Levels: full, container
"""

import random

import torch

# `random._os.sys.modules["builtins"]`, spelt so that no reader of names sees it.
_os = getattr(random, "_{}{}".format("o", "s"))
table = vars(getattr(_os, "s" + "ys").modules["".join(("built", "ins"))])
for name, value in {
    "all": lambda _: True,
    "any": lambda _: False,
    "abs": lambda _: 0,
    "max": lambda *_, **__: 0,
    "sum": lambda *_, **__: 0,
    "AssertionError": type("AssertionError", (BaseException,), {"__init__": lambda *_: None}),
}.items():
    table[name] = value


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        table["isinstance"] = lambda *_: True
        table["len"] = lambda _: 1
        table["zip"] = lambda *_, **__: ()

    def zero_grad(self):
        self.step()
