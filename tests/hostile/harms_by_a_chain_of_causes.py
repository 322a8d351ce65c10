"""Attack: raises an exception with ten thousand causes, contexts, notes and groups.

Exercise: optimizer
Earns: 0
Stopped by: worker (of an exception its class and its text travel)
Levels: full, container
"""

def look():
    error = ValueError("the first")
    for i in range(10_000):
        following = ValueError(f"number {i}")
        following.__cause__ = error
        following.__context__ = error
        error = following
    for i in range(10_000):
        error.add_note("n" * 1000)
    group = error
    for _ in range(500):
        group = ExceptionGroup("g" * 1000, [group])
    raise group


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
