"""Attack: raises what `except Exception` does not catch: KeyboardInterrupt, GeneratorExit, StopIteration, an exception group, a class whose `__init__` lies.

Exercise: optimizer
Earns: 0
Stopped by: worker, judge (anything raised is a failed check)
Levels: full, container
"""

class Quiet(BaseException):
    __class__ = type(None)
    args = property(lambda self: ())

    def __str__(self):
        raise KeyboardInterrupt

    def __reduce__(self):
        return (print, ("BREACH somebody unpickled it",))

    with_traceback = None


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        try:
            raise GeneratorExit
        finally:
            raise Quiet from KeyboardInterrupt()

    def zero_grad(self):
        raise BaseExceptionGroup("passed", [StopIteration(), SystemExit(0), Quiet()])
