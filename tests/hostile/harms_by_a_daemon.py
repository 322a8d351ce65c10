"""Attack: leaves a daemon behind: setsid, two forks, and then by `posix_spawn`, `system` and exec.

Exercise: optimizer
Earns: 0
Stopped by: seccomp, guard
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

text = ctypes.create_string_buffer(b"/bin/sleep")


def leave():
    for name, attempt in (
        ("spawn", lambda: os.posix_spawn("/bin/sleep", ["sleep", "60"], {})),
        ("system", lambda: 1 / (os.system("sleep 60 &") == 0)),
    ):
        try:
            attempt()
            print("BREACH", name)
        except (OSError, ZeroDivisionError):
            pass


def leave_quietly():
    call(112)  # setsid
    for _ in range(2):
        if call(57) > 0:
            print("BREACH a child")
    if call(59, ctypes.cast(text, ctypes.c_void_p).value, 0, 0) >= 0:
        print("BREACH exec")
    leave()


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        leave_quietly()

    def zero_grad(self):
        pass
