"""Expect: what ignores every signal is killed by the one that it cannot ignore.

Earns: 0
"""

import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def attack():
    while True:
        try:
            signal.pause()
        except BaseException:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
