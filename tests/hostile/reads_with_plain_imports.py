"""Attack: imports os, subprocess, ctypes and inspect, as anybody would, and reads files, processes and frames with them.

Exercise: optimizer
Earns: 0
Stopped by: static policy; guarded import; and what is behind them
Levels: full, container
"""

import ctypes
import glob
import inspect
import os
import subprocess
import sys


def look():
    for path in glob.glob("/**/solutions/**", recursive=False):
        print("BREACH", path)
    print("BREACH", subprocess.run(["cat", "/etc/passwd"], capture_output=True).stdout[:100])
    for frame in inspect.stack():
        print(frame.frame.f_locals)
    print(ctypes.string_at(id(sys), 100), os.environ)


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
