"""Attack: asks `inspect` and `linecache` for the source of its callers, and of the tests that they come from.

Exercise: optimizer
Earns: 0
Stopped by: address space; the probes that it finds hold no answer
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def look():
    inspect = sys.modules["importlib"].import_module("inspect")
    for info in inspect.stack(context=10):
        for line in info.code_context or ():
            if info.filename != "optimizer.py" and ("assert_close" in line or "expected =" in line):
                print("BREACH", info.filename, line)
    for name, entry in list(sys.modules["linecache"].cache.items()):
        if "test_" in name and "hostile" not in name or "solutions" in name:
            print("BREACH", name, str(entry)[:300])
    for name, module in list(sys.modules.items()):
        file = str(getattr(module, "__file__", ""))
        if "solutions" in file or "suite" in file.split("/"):
            print("BREACH", name, file)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
