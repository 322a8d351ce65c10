"""Attack: imports the engine's own modules in the worker and asks them for the course, its secret and a grader.

Exercise: optimizer
Earns: 0
Stopped by: guarded import, static policy, mount namespace, Landlock
Levels: full, container
"""

import random

_os = getattr(random, bytes((95, 111, 115)).decode())
sys = getattr(_os, "s" + "ys")


def look():
    machine = sys.modules["importlib"]
    secret = machine.import_module("autograder.course.secret")
    catalog = machine.import_module("autograder.course.catalog")
    path = machine.import_module("pathlib").Path
    engine = path(sys.modules["autograder"].__file__).parents[1]
    for root in (engine, path("."), path("/srv/torchgrade"), path("/srv/course")):
        try:
            print("BREACH", secret.course_secret(root))
        except Exception as error:
            print(type(error).__name__)
    try:
        for exercise in catalog.Catalog.find():
            print("BREACH", (exercise.secret / "suite" / "test_parity.py").read_text()[:200])
    except Exception as error:
        print(type(error).__name__)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
