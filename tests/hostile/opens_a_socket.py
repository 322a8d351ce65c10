"""Expect: there is no network and no socket.

Earns: 0
"""

import socket


def attack():
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
        try:
            with socket.socket(family) as s:
                s.settimeout(0.2)
                print("opened", family)
                s.connect(("127.0.0.1", 22))
        except OSError:
            pass
    print(socket.create_server(("0.0.0.0", 0)))


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
