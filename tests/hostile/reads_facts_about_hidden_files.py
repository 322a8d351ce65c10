"""Attack: learns names, sizes and times of hidden files by `stat`, `access`, `readlink`, `chdir` and inotify.

Exercise: optimizer
Earns: 0
Stopped by: mount namespace; at container Landlock does not hide that a file whose path is known exists
Levels: full
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def look():
    engine = _os.path.dirname(_os.path.dirname(sys.modules["autograder"].__file__))
    for root in (engine, "/srv/torchgrade", "/proc/1/root" + engine, "/proc/1/cwd"):
        for name in ("solutions", "solutions/.secret", "solutions/optimizer/optimizer.py", ".git"):
            path = f"{root}/{name}"
            for ask in (_os.stat, _os.readlink, _os.chdir, _os.statvfs):
                try:
                    print("BREACH", ask.__name__, path, ask(path))
                except OSError:
                    pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
