"""Expect: no system call reaches another process.

Earns: 0
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def attack():
    buffer = ctypes.create_string_buffer(64)
    for pid in (os.getppid(), 1, *range(2, 200)):
        if pid != os.getpid() and libc.ptrace(16, pid, None, None) == 0:
            print("traced", pid)
        local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)
        if libc.process_vm_readv(pid, local, 1, local, 1, 0) > 0 and pid != os.getpid():
            print("read", pid)


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        attack()

    def zero_grad(self):
        attack()
