"""Attack: attaches to every System V segment, opens /dev/shm and message queues, and makes memory that others could map.

Exercise: optimizer
Earns: 0
Stopped by: ipc and mount namespaces, seccomp, Landlock
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


def look():
    for number in range(100):
        if call(30, number, 0, 0o10000) not in (-1,):
            print("BREACH System V segment", number)
    for name, *numbers in (
        ("shmget", 29, 0x7467, 4096, 0o1600),
        ("semget", 64, 0x7467, 1, 0o1600),
        ("msgget", 68, 0x7467, 0o1600),
        ("memfd_create", 319, id(b"mine") + 32, 0),
        ("memfd_secret", 447, 0),
    ):
        if call(*numbers) >= 0:
            print("BREACH", name)
    for folder in ("/dev/shm", "/dev/mqueue", "/run/shm"):
        try:
            print("BREACH", os.listdir(folder))
        except OSError:
            pass
        try:
            open(f"{folder}/torchgrade", "w")
            print("BREACH wrote to", folder)
        except OSError:
            pass


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
