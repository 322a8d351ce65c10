"""Attack: walks the frames above it and prints every local variable, looking for an expected value.

Exercise: optimizer
Earns: 0
Stopped by: address space (what calls the submission is a probe, which knows no answer)
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def look():
    frame = sys._getframe()
    while frame is not None:
        for name, value in getattr(frame, "f_{}".format("locals")).items():
            if name in ("expected", "torch_impl", "solution", "seed", "rng", "secret", "want"):
                print("BREACH", name, repr(value)[:300])
        held = getattr(frame, "f_{}".format("globals"))
        for name in ("assert_close", "course_secret", "Grader", "CheckItem"):
            if name in held:
                print("BREACH", name, held[name])
        frame = getattr(frame, "f_{}".format("back"))


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
