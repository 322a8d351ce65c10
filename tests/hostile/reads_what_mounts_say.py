"""Attack: reads in /proc/self where the course lies, and what the machine has mounted.

Exercise: optimizer
Earns: 0
Stopped by: at full the new root has nothing but Python; at container the contents of what is named stay closed
Levels: full, container
"""

import random

os = getattr(random, bytes((95, 111, 115)).decode())


def look():
    for name in ("mountinfo", "mounts", "mountstats", "cgroup", "fdinfo/3", "net/unix", "net/tcp", "auxv", "stat"):
        try:
            with open(f"/proc/self/{name}") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):
            continue
        for word in text.split():
            if word.startswith("/") and not word.startswith(("/proc", "/sys", "/dev")):
                for below in ("solutions", "solutions/.secret", "solutions/optimizer/optimizer.py"):
                    try:
                        with open(f"{word}/{below}") as file:
                            print("BREACH", file.name, file.read(100))
                    except OSError:
                        pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
