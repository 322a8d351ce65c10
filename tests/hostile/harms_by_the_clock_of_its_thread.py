"""Attack: hides from the processor clock: does its endless work in many threads that each sleep for a moment.

Exercise: optimizer
Earns: 0
Stopped by: judge (a worker that sleeps at its deadline is out of time)
Levels: full, container
"""

import threading
import time


def look():
    def turn():
        while True:
            end = time.perf_counter() + 0.001
            while time.perf_counter() < end:
                pass
            time.sleep(0.002)

    threads = [threading.Thread(target=turn) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        look()

    def zero_grad(self):
        pass
