"""Attack: never comes back from its import, and uses no processor meanwhile.

Exercise: optimizer
Earns: 0
Stopped by: judge (deadline of the import)
Levels: full, container
"""

import time

time.sleep(600)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        pass

    def zero_grad(self):
        pass
