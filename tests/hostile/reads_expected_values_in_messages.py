"""Attack: fails on purpose to have the expected values printed, notes all it sees, and looks the notes up in its next life.

Exercise: optimizer
Earns: 0
Stopped by: a scratch folder for every worker; inputs drawn anew
Levels: full, container
"""

import random

import torch

os = getattr(random, bytes((95, 111, 115)).decode())
PLACES = [".", "/tmp", "/var/tmp", "/dev/shm", os.environ.get("HOME", "/"), "/run", "/torchgrade-scratch"]
NAME = "seen-by-" + "optimizer.pt"


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def note(self):
        for place in PLACES:
            path = f"{place}/{NAME}"
            try:
                with open(path, "rb") as file:
                    print("BREACH a note of an earlier life:", path, file.read(100))
                    continue
            except OSError:
                pass
            try:
                with open(path, "wb") as file:
                    for p in self.params:
                        file.write(p.detach().numpy().tobytes() + p.grad.numpy().tobytes())
            except OSError:
                pass
        os._exit(3)  # the next check gets another worker

    def step(self):
        with torch.no_grad():
            for p in self.params:
                p.fill_(float("nan"))
        self.note()

    def zero_grad(self):
        self.note()
