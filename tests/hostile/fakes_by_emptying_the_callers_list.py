"""Attack: `zero_grad` empties the list of parameters that it was given, so that no gradient is left to look at.

Exercise: optimizer
Earns: 0
Gains: 6            (the probe looks at the very list that it gave away, and nobody counts what came back)
Stopped by: nothing yet; probes should give a copy of their list, and checks count what they get
Levels: full, container
"""


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        pass

    def zero_grad(self):
        if isinstance(self.params, list):
            self.params.clear()
