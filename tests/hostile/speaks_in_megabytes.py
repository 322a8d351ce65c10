"""Attack: says ten megabytes at once: in a message, in what it prints, in one line, in a million lines, in a note.

Exercise: optimizer
Earns: 0
Stopped by: worker, judge, feedback (texts are bounded)
Levels: full, container
"""

class Long(Exception):
    def __str__(self):
        return "long " * 2_000_000


def talk():
    print("y" * 5_000_000)
    print("n\n" * 1_000_000)
    error = Long()
    error.add_note("z" * 5_000_000)
    raise error


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        talk()

    def zero_grad(self):
        raise Long
