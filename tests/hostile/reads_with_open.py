"""Attack: opens the solution, the suite and the course's secret where they usually lie.

Exercise: optimizer
Earns: 0
Stopped by: mount namespace, Landlock
Levels: full, container
"""

PLACES = [
    "/data", "/course", "/repo", "/srv", "/home/jovyan", "/autograder/source", "/grader", "/root",
    ".", "..", "../..", "../../..", "/proc/self/cwd/..", "/proc/self/root", "/proc/1/root",
]
FILES = [
    "solutions/optimizer/optimizer.py", "solutions/optimizer/suite/test_parity.py",
    "solutions/.secret", "main/solutions/optimizer/optimizer.py", "main/solutions/.secret",
    "etc/passwd", "etc/shadow", "root/.ssh/id_rsa", "root/.bash_history", ".git/config",
]


def look():
    for place in PLACES:
        for name in FILES:
            try:
                with open(f"{place}/{name}", "rb") as file:
                    print("BREACH", place, name, file.read(200))
            except OSError:
                pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
