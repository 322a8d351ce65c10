"""Attack: looks for compiled tests and for caches of pytest and torch in every folder that it can list.

Exercise: optimizer
Earns: 0
Stopped by: mount namespace, Landlock; the engine's own folder holds no suite
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def look():
    engine = _os.path.dirname(sys.modules["autograder"].__file__)
    roots = [engine, _os.path.dirname(engine), *sys.path, sys.prefix, _os.getcwd(), "/tmp", "/root/.cache"]
    for root in roots:
        for folder in (root, f"{root}/solutions", f"{root}/tests", f"{root}/.pytest_cache", f"{root}/.git"):
            try:
                names = _os.listdir(folder)
            except OSError:
                continue
            if folder.endswith(("solutions", ".git", ".pytest_cache")) or "solutions" in names:
                print("BREACH", folder, names[:20])
    for folder, _, files in _os.walk(engine):
        for name in files:
            if "test_" in name or name == ".secret":
                print("BREACH", folder, name)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
