"""Attack: reads memory and descriptors of every process with a number near its own: other workers, perhaps of the same user.

Exercise: optimizer
Earns: 0
Stopped by: pid namespace; at container seccomp and Landlock
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def look():
    mine = os.getpid()
    for pid in range(max(1, mine - 60), mine + 60):
        if pid == mine:
            continue
        for name in ("mem", "maps", "environ", "fd/3", "root/etc/passwd", "cwd", "task"):
            path = f"/proc/{pid}/{name}"
            for attempt in (lambda: os.close(os.open(path, 0)), lambda: os.listdir(path)):
                try:
                    attempt()
                    print("BREACH", path)
                except OSError:
                    pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
