"""Sources, datasets and loops that notice who asks them, when, and from which process.

Whatever waits for ever is interrupted: a probe with `@bounded` then returns `HUNG`. Where a
right loader needs some time for something, a probe waits for it up to seconds, not just once.
"""

import contextlib
import functools
import gc
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType

import torch

HUNG = "it waited for something that did not come"
_DEADLINE = 3.0
"""Seconds of a probe that needs a fraction of one."""
_SOON = 1.5
"""Seconds in which something must have happened that needs a hundredth of one."""
_MANY = 500
_START = BaseProcess.start


class Hung(BaseException):
    """Raised by the alarm, wherever the probe waits."""


def bounded(probe):
    """Make *probe* return `HUNG` where it takes too long, after ringing until it listens."""

    @functools.wraps(probe)
    def run(impl, **inputs):
        is_armed = True

        def ring(*_):
            if is_armed:
                raise Hung

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, _DEADLINE, 0.2)
        try:
            return probe(impl, **inputs)
        except Hung:
            return HUNG
        finally:
            is_armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    return run


class Source:
    """Batches in a loop; it notes in which thread each was asked for, and fails where told to."""

    def __init__(self, items, naps=None, fails_at=None):
        self.items, self.naps, self.fails_at = items, naps, fails_at
        self.threads = []

    @property
    def asked(self):
        return len(self.threads)

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        for k, item in enumerate(self.items):
            self.threads.append(threading.current_thread())
            if self.naps:
                time.sleep(self.naps[k])
            if k == self.fails_at:
                self.fail()
            yield item

    def fail(self):
        raise OverflowError("batch", self.fails_at)


class Lists:
    """Lists of indices, another epoch at every loop; counts what was taken, and by whom."""

    def __init__(self, *epochs):
        self.epochs, self.turn, self.taken = epochs, 0, 0
        self.process = os.getpid()
        self.is_at_home = True

    def __len__(self):
        return len(self.epochs[0])

    def __iter__(self):
        epoch = self.epochs[self.turn % len(self.epochs)]
        self.turn += 1
        for rows in epoch:
            self.taken += 1
            self.is_at_home &= os.getpid() == self.process
            yield list(rows)


class Rows:
    """Row i is the pair (i * i, process that read it); it may nap, fail or end the process."""

    def __init__(self, naps=None, fails_at=None, dies_at=None):
        self.naps, self.fails_at, self.dies_at = naps or {}, fails_at, dies_at

    def __len__(self):
        return 1000

    def __getitem__(self, i):
        time.sleep(self.naps.get(i, 0.0))
        if i == self.fails_at:
            raise OverflowError("row", i)
        if i == self.dies_at:
            os._exit(5)
        return i * i, os.getpid()


class Signalling(Rows):
    """Rows that say through a pipe that they were read."""

    def __init__(self, writer):
        super().__init__()
        self.writer = writer

    def __getitem__(self, i):
        os.write(self.writer, b"1")
        return super().__getitem__(i)


class Chance:
    """Rows of random numbers."""

    def __getitem__(self, _):
        return torch.rand(()).item()


class Columns:
    """Rows of a tensor."""

    def __init__(self, x):
        self.x = x

    def __getitem__(self, i):
        return self.x[i]


class Heavy(Columns):
    """Rows that count how often all of them were packed for a journey."""

    journeys = 0

    def __reduce__(self):
        Heavy.journeys += 1
        return Heavy, (self.x,)


def values(samples):
    """Return the first part of each sample."""
    return [value for value, _ in samples]


def values_and_processes(samples):
    """Return values, the processes that read them, the one that collates, and whether in a thread."""
    is_main = threading.current_thread() is threading.main_thread()
    return [values(samples), sorted({process for _, process in samples}), os.getpid(), not is_main]


def nothing(_):
    """Return None, whatever the samples are."""


def stacked(samples):
    """Stack tensors."""
    return torch.stack(samples)


def failing(_):
    """Refuse every batch."""
    raise LookupError("no batch", 7)


def _settle(name, *travellers):
    """Put what may travel into a module of its own, where pickle finds it by its name.

    Probes themselves are in no table of modules; a dataset and its collate_fn the student has anyway.
    """
    home = sys.modules[name] = ModuleType(name)
    for traveller in travellers:
        traveller.__module__ = name
        setattr(home, traveller.__name__, traveller)


_settle("rows_of_the_suite", Lists, Rows, Signalling, Chance, Columns, Heavy)
_settle("batches_of_the_suite", values, values_and_processes, nothing, stacked, failing)


def _until(condition):
    """Wait until *condition* holds, for some seconds at most; tell whether it does."""
    end = time.monotonic() + _SOON
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def _new_threads(before):
    return [t for t in threading.enumerate() if t not in before]


class Started:
    """Notes every process that is started inside of the `with` block."""

    def __enter__(self):
        self.pids, self.unpicklable = [], []

        def start(process):
            self.unpicklable += _unpicklable(process)
            _START(process)
            self.pids.append(process.pid)

        BaseProcess.start = start
        return self

    def __exit__(self, *_):
        BaseProcess.start = _START

    def left(self):
        """Return how many still run, or were never waited for."""
        return sum(_is_left(pid) for pid in self.pids)


def _is_left(pid):
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


class _Luggage(pickle.Pickler):
    """Pickles what a process is started with; a connection would travel by other means."""

    def reducer_override(self, value):
        if isinstance(value, Connection):
            return int, ()
        return NotImplemented


class _Nowhere:
    """A file that keeps nothing."""

    def write(self, data):
        return len(data)


def _unpicklable(process):
    journeys = Heavy.journeys
    try:
        _Luggage(_Nowhere()).dump((process._target, process._args, process._kwargs))  # noqa: SLF001
    except Exception as error:  # noqa: BLE001 - pickle raises anything
        return [type(error).__name__]
    finally:
        Heavy.journeys = journeys
    return []


def _loop(loader, most=_MANY):
    return list(islice(loader, most))


def _raised_in(loader):
    """Return the batches of a loop and the exception that ended it, or None."""
    got = []
    try:
        for batch in islice(loader, _MANY):
            got.append(batch)  # noqa: PERF402 - what came before the error counts
    except NotImplementedError:
        raise
    except Exception as error:  # noqa: BLE001 - it is an observation
        return got, error
    return got, None


# Prefetching


@bounded
def prefetched(impl, items, n, naps=None):
    """Return the batches of one loop; the source naps before each where *naps* are given."""
    return _loop(impl.PrefetchLoader(Source(items, naps), n))


@bounded
def prefetched_oddities(impl):
    """Return what comes through of batches that Python takes for nothing, as they are written."""
    odd = [None, 0, [], (), "", False, None]
    return [repr(batch) for batch in islice(impl.PrefetchLoader(odd, 2), _MANY)]


@bounded
def ahead_of_the_loop(impl, n, steps):
    """Return how far the source gets while the loop holds its batch, for each of *steps* batches.

    It is given time to get n batches further, and then some more to go too far.
    """
    source = Source(list(range(100)))
    loop = iter(impl.PrefetchLoader(source, n))
    seen = []
    for step in range(1, steps + 1):
        next(loop)
        is_ahead = _until(lambda step=step: source.asked >= step + n)
        time.sleep(0.03)
        seen.append(source.asked - step)
        if not is_ahead:
            break
    loop.close()
    return seen


@bounded
def threads_of_the_source(impl, n):
    """Return how many threads fetched the batches of one loop, and whether this one is among them."""
    source = Source(list(range(12)))
    _loop(impl.PrefetchLoader(source, n))
    return {
        "threads": len(set(source.threads)),
        "own": threading.current_thread() in source.threads,
    }


@bounded
def error_of_the_source(impl, fails_at, n):
    """Return what a loop over a failing source gave, and the exception that it raised."""
    source = Source(list(range(8)), fails_at=fails_at)
    got, error = _raised_in(impl.PrefetchLoader(source, n))
    places = [frame.name for frame in traceback.extract_tb(error and error.__traceback__)]
    return {
        "batches": got,
        "error": type(error).__name__,
        "arguments": list(error.args) if error else None,
        "place": "fail" in places,
    }


@bounded
def threads_afterwards(impl, n, how):
    """Return how many more threads there are after a loop that ended by *how*."""
    before = threading.enumerate()
    loader = impl.PrefetchLoader(Source(list(range(40))), n)
    _leave(loader, how)
    gc.collect(0)
    return 0 if _until(lambda: not _new_threads(before)) else len(_new_threads(before))


def _leave(loader, how):
    """Run a loop, and end it: by its end, a break, an exception, or before its first batch."""
    if how == "the end":
        _loop(loader)
    elif how == "a break":
        for _ in loader:
            break
    elif how == "an exception in its body":
        with contextlib.suppress(ZeroDivisionError):
            for _ in loader:
                raise ZeroDivisionError
    else:
        iter(loader).close()


@bounded
def prefetched_again(impl, items, n):
    """Return two loops that follow each other, over one loader."""
    loader = impl.PrefetchLoader(Source(items), n)
    return [_loop(loader), _loop(loader)]


@bounded
def prefetched_at_once(impl, items, n):
    """Return what two loops over one loader got, taking turns."""
    loader = impl.PrefetchLoader(Source(items), n)
    return list(islice(zip(loader, loader, strict=True), _MANY))


@bounded
def fetched_and_worked_on(impl, n, count):
    """Return for each batch whether the next one was being fetched while the loop worked on it.

    Fetching batch k + 1 and working on batch k wait for each other to begin, so a loader does both
    at once or does not get on. Returns also which batch came too late for that, if one did.
    """
    fetching, working = ([threading.Event() for _ in range(count)] for _ in range(2))
    late = []

    def source():
        for k in range(count):
            fetching[k].set()
            if k and not late and not working[k - 1].wait(_SOON):
                late.append(k - 1)
            yield k

    loop = iter(impl.PrefetchLoader(source(), n))
    met = []
    for k in islice(loop, count):
        working[k].set()
        met.append(k + 1 == count or fetching[k + 1].wait(0 if late else _SOON))
        if late or not met[-1]:
            break
    for event in working:
        event.set()  # so that nobody waits for what does not come
    loop.close()
    return {"met": met, "late": late}


@bounded
def processor_time_of_waiting(impl):
    """Tell whether loops that wait for half a second use the processor for more than 0.04 s.

    A right loader uses a tenth of that. Processor time is no clock: a busy machine does not add to it.
    """
    used = time.process_time()
    _loop(impl.PrefetchLoader(Source(list(range(3)), naps=[0.12] * 3), 1))  # the loop waits
    for _ in impl.PrefetchLoader(Source(list(range(6))), 1):  # the thread waits
        time.sleep(0.02)
    return time.process_time() - used > 0.04


# Workers


@bounded
def worked(impl, lists, n_workers, naps=None):
    """Return the batches of one loop; a row naps where *naps* names it."""
    naps = {int(i): nap for i, nap in (naps or {}).items()}
    return _loop(impl.WorkerLoader(Rows(naps), Lists(lists), n_workers, values))


@bounded
def processes_of_the_work(impl, lists, n_workers):
    """Return which processes read rows and collated, how many were started, and who took lists."""
    source = Lists(lists)
    with Started() as started:
        got = _loop(impl.WorkerLoader(Rows(), source, n_workers, values_and_processes))
    pids = sorted({pid for _, readers, collator, _ in got for pid in (*readers, collator)})
    return {
        "batches": [batch for batch, *_ in got],
        "processes": len(pids),
        "own": os.getpid() in pids,
        "together": all(readers == [collator] for _, readers, collator, _ in got),
        "in threads": any(in_thread for *_, in_thread in got),
        "started": len(started.pids),
        "lists taken at home": source.is_at_home,
        "lists taken": source.taken,
    }


@bounded
def tensors_worked(impl, x, lists, n_workers):
    """Return batches that are tensors."""
    return _loop(impl.WorkerLoader(Columns(x), Lists(lists), n_workers, stacked))


@bounded
def oddities_worked(impl, lists):
    """Return batches that are all None."""
    return [repr(b) for b in islice(impl.WorkerLoader(Rows(), Lists(lists), 1, nothing), _MANY)]


@bounded
def lists_ahead(impl, n_workers, steps):
    """Return how many more lists were taken than the loop has got, for each of *steps* batches."""
    source = Lists([[i] for i in range(60)])
    loop = iter(impl.WorkerLoader(Rows(), source, n_workers, values))
    seen = []
    for step in range(1, steps + 1):
        next(loop)
        time.sleep(0.01)
        seen.append(source.taken - step)
    loop.close()
    return seen


@bounded
def works_while_the_loop_does(impl, n_workers):
    """Return whether another batch is made while the loop holds the first one."""
    reader, writer = os.pipe()

    os.set_blocking(reader, False)
    seen = bytearray()

    def count():
        with contextlib.suppress(BlockingIOError):
            seen.extend(os.read(reader, 100))
        return len(seen)

    loop = iter(
        impl.WorkerLoader(Signalling(writer), Lists([[i] for i in range(30)]), n_workers, values)
    )
    try:
        next(loop)
        found = _until(lambda: count() > 1)
    finally:
        loop.close()
        os.close(reader)
        os.close(writer)
    return found


@bounded
def error_of_the_work(impl, kind, n_workers):
    """Return what a loop gave whose row 5 or whose collate_fn fails, and what it raised."""
    ds = Rows(fails_at=5 if kind == "ds" else None)
    lists = Lists([[i] for i in range(8)])
    collate_fn = values if kind == "ds" else failing
    with Started() as started:
        got, error = _raised_in(impl.WorkerLoader(ds, lists, n_workers, collate_fn))
        left = 0 if _until(lambda: not started.left()) else started.left()
    return {
        "batches": got,
        "error": type(error).__name__,
        "arguments": list(error.args) if error else None,
        "left": left,
    }


@bounded
def death_of_a_worker(impl, row):
    """Return the exception of a loop in which reading *row* ends the worker's process."""
    loader = impl.WorkerLoader(Rows(dies_at=row), Lists([[i] for i in range(8)]), 1, values)
    got, error = _raised_in(loader)
    return {"batches": got, "error": type(error).__name__}


@bounded
def workers_afterwards(impl, n_workers, how):
    """Return how many workers are left after a loop that ended by *how*."""
    with Started() as started:
        # Batches larger than a pipe, so that a worker may still be sending one.
        ds, lists = Columns(torch.zeros(40, 50_000)), Lists([[i, i + 1] for i in range(12)])
        _leave(impl.WorkerLoader(ds, lists, n_workers, stacked), how)
        gc.collect(0)
        left = 0 if _until(lambda: not started.left()) else started.left()
        return {"started": len(started.pids), "left": left}


@bounded
def worked_twice(impl, epochs):
    """Return two loops at once and one that follows; each has lists of its own."""
    loader = impl.WorkerLoader(Rows(), Lists(*epochs), 1, values)
    loops = [iter(loader), iter(loader)]
    at_once = [[], []]
    for _ in epochs[0]:
        for k in (0, 1):
            at_once[k].append(next(loops[k], None))
    for loop in loops:
        loop.close()
    return {"at once": at_once, "after": _loop(loader)}


@bounded
def random_rows(impl, seeds, n_workers):
    """Return an epoch of random rows after each global seed; None leaves it as it is."""
    loader = impl.WorkerLoader(Chance(), Lists([[k, k] for k in range(6)]), n_workers)
    seen = []
    for seed in seeds:
        if seed is not None:
            torch.manual_seed(seed)
        seen.append(_loop(loader))
    return seen


@bounded
def repeated(impl, seeds):
    """Return, for an epoch after each global seed, whether it is like the first one."""
    loader = impl.WorkerLoader(Chance(), Lists([[k, k] for k in range(3)]), 1)
    epochs = []
    for seed in seeds:
        torch.manual_seed(seed)
        epochs.append(_loop(loader))
    return [epoch == epochs[0] for epoch in epochs]


@bounded
def luggage(impl, x, n_workers):
    """Return what could not be pickled of what processes were started with, and trips of ds."""
    Heavy.journeys = 0
    lists = Lists([[i] for i in range(len(x))])
    with Started() as started:
        _loop(impl.WorkerLoader(Heavy(x), lists, n_workers, stacked))
    return {
        "started": len(started.pids),
        "unpicklable": started.unpicklable,
        "journeys": Heavy.journeys,
    }


@bounded
def all_together(impl, x, lists):
    """Return the batches that a thread prefetches from workers."""
    return _loop(impl.PrefetchLoader(impl.WorkerLoader(Columns(x), Lists(lists), 1, stacked), 2))
