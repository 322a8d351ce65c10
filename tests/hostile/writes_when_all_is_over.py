"""Expect: what is written after the end is heard by nobody.

Earns: 0
"""

import atexit
import os
import threading
import time


class Late:
    def __del__(self):
        os.write(3, b"\x00\x00\x00\x01x")


def late():
    while True:
        time.sleep(0.2)
        os.write(3, b"\x00\x00\x00\x01x")


KEPT = Late()
atexit.register(os.write, 3, b"late")
threading.Thread(target=late, daemon=True).start()


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        pass

    def zero_grad(self):
        pass
