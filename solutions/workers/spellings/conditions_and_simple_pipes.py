"""A deque under a condition; one-way pipes; exceptions in a wrapper class."""

import contextlib
import multiprocessing
import threading
from collections import deque

import torch


class PrefetchLoader:
    def __init__(self, dl, n=2):
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        self.dl, self.n = dl, n

    def __iter__(self):
        shared = Shared(self.n)
        thread = threading.Thread(target=shared.fill, args=(self.dl,))
        thread.start()
        try:
            yield from shared.drain()
        finally:
            shared.close()
            thread.join()

    def __len__(self):
        return len(self.dl)


class Shared:
    """Batches between a thread that fills and a loop that drains."""

    def __init__(self, n):
        self.n, self.items = n, deque()
        self.changed = threading.Condition()
        self.is_full = self.is_closed = False
        self.error = None

    def fill(self, dl):
        try:
            for batch in dl:
                with self.changed:
                    self.changed.wait_for(lambda: len(self.items) < self.n or self.is_closed)
                    if self.is_closed:
                        return
                    self.items.append(batch)
                    self.changed.notify_all()
        except Exception as error:  # noqa: BLE001
            self.error = error
        with self.changed:
            self.is_full = True
            self.changed.notify_all()

    def drain(self):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.items or self.is_full)
                if not self.items:
                    break
                batch = self.items.popleft()
                self.changed.notify_all()
            yield batch
        if self.error is not None:
            raise self.error

    def close(self):
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()


class WorkerLoader:
    def __init__(self, ds, batches, n_workers=2, collate_fn=list):
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, got {n_workers}")
        self.ds, self.batches = ds, batches
        self.n_workers, self.collate_fn = n_workers, collate_fn

    def __iter__(self):
        seed = int(torch.randint(2**31, ()))
        team = [Worker(self.ds, self.collate_fn, seed + k) for k in range(self.n_workers)]
        lists = enumerate(self.batches)
        try:
            given = sum(give(team, lists) for _ in range(2 * self.n_workers))
            taken = 0
            while taken < given:
                batch = team[taken % len(team)].take()
                taken += 1
                given += give(team, lists)
                yield batch
        finally:
            for worker in team:
                worker.end()

    def __len__(self):
        return len(self.batches)


def give(team, lists):
    """Give out the next list; return how many that were."""
    k, rows = next(lists, (None, None))
    if k is None:
        return 0
    team[k % len(team)].give(rows)
    return 1


class Worker:
    """A process with a pipe to it and a pipe from it."""

    def __init__(self, ds, collate_fn, seed):
        fork = multiprocessing.get_context("fork")
        reader, self.orders = fork.Pipe(duplex=False)
        self.results, writer = fork.Pipe(duplex=False)
        case = (reader, writer, ds, collate_fn, seed)
        self.process = fork.Process(target=work, args=case)
        self.process.start()
        reader.close()
        writer.close()

    def give(self, rows):
        with contextlib.suppress(BrokenPipeError):
            self.orders.send(("make", rows))

    def take(self):
        try:
            kind, value = self.results.recv()
        except EOFError:
            raise RuntimeError("a worker ended") from None
        if kind == "failed":
            raise value
        return value

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.orders.send(("end", None))
        self.orders.close()
        while self.process.is_alive():
            with contextlib.suppress(EOFError):
                if self.results.poll(0.05):
                    self.results.recv_bytes()
        self.process.join()
        self.results.close()


def work(reader, writer, ds, collate_fn, seed):
    torch.manual_seed(seed)
    while True:
        kind, rows = reader.recv()
        if kind == "end":
            return
        try:
            writer.send(("made", collate_fn([ds[i] for i in rows])))
        except Exception as error:  # noqa: BLE001
            writer.send(("failed", error))
