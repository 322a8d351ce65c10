"""Small experiments on both loaders; whatever waits for ever is interrupted."""

import contextlib
import os
import signal
import sys
import threading
import time
from itertools import islice
from types import ModuleType

HUNG = "it waited for something that did not come"


class Hung(BaseException):
    """Raised by the alarm."""


@contextlib.contextmanager
def alarm(seconds=5.0):
    """Interrupt what is in the `with` block when it takes too long."""

    def ring(*_):
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Source:
    """Numbers in a loop, which fail where told to."""

    def __init__(self, count, fails_at=None):
        self.count, self.fails_at, self.asked = count, fails_at, 0

    def __iter__(self):
        for k in range(self.count):
            self.asked += 1
            if k == self.fails_at:
                raise OverflowError(k)
            yield k


class Rows:
    """Row i is the pair (i, process that read it)."""

    def __getitem__(self, i):
        return i, os.getpid()


# Probes are in no table of modules; a worker that is sent these rows must find them by their name.
Rows.__module__ = "rows_of_the_suite"
sys.modules["rows_of_the_suite"] = ModuleType("rows_of_the_suite")
sys.modules["rows_of_the_suite"].Rows = Rows


def ended(loader):
    """Return the batches of a loop, and the name of what it raised or `HUNG`."""
    got = []
    try:
        with alarm():
            got.extend(islice(loader, 100))
    except NotImplementedError:
        raise
    except Hung:
        return [got, HUNG]
    except Exception as error:  # noqa: BLE001 - it is an observation
        return [got, type(error).__name__]
    return [got, None]


def prefetched(impl, count, n, fails_at=None):
    """Return the batches of a prefetching loop, and how it ended."""
    return ended(impl.PrefetchLoader(Source(count, fails_at), n))


def ahead(impl, n):
    """Return how many more batches the source gave while the loop holds its first one."""
    source = Source(50)
    try:
        with alarm():
            loop = iter(impl.PrefetchLoader(source, n))
            next(loop)
            end = time.monotonic() + 2
            while source.asked < n + 1 and time.monotonic() < end:
                time.sleep(0.002)
            time.sleep(0.03)
            asked = source.asked - 1
            loop.close()
    except Hung:
        return HUNG
    return asked


def threads_after_a_break(impl):
    """Return how many threads are left after a loop that ended by a break."""
    before = threading.active_count()
    try:
        with alarm():
            for _ in impl.PrefetchLoader(Source(50), 2):
                break
            end = time.monotonic() + 2
            while threading.active_count() > before and time.monotonic() < end:
                time.sleep(0.002)
    except Hung:
        return HUNG
    return threading.active_count() - before


def worked(impl, lists, n_workers):
    """Return the rows of every batch, how many processes read them, and how the loop ended."""
    got, end = ended(impl.WorkerLoader(Rows(), lists, n_workers))
    processes = {process for batch in got for _, process in batch}
    return {
        "rows": [[i for i, _ in batch] for batch in got],
        "processes": len(processes - {os.getpid()}),
        "own": os.getpid() in processes,
        "end": end,
    }


def children_after_a_break(impl, lists):
    """Return whether a child process is left after a loop that ended by a break."""
    try:
        with alarm():
            for _ in impl.WorkerLoader(Rows(), lists, 2):
                break
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except Hung:
        return HUNG
    except ChildProcessError:
        return False
    return True
