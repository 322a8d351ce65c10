"""A thread with a class of its own; workers get the dataset through their pipe, and number batches."""

import itertools
import multiprocessing
import queue
import threading

import torch


class Fetcher(threading.Thread):
    def __init__(self, dl, n):
        super().__init__(daemon=True)
        self.dl, self.room = dl, queue.Queue(maxsize=n)
        self.is_wanted = True
        self.start()

    def run(self):
        try:
            for batch in self.dl:
                self.offer(batch, None)
                if not self.is_wanted:
                    break
        except BaseException as error:  # noqa: BLE001
            self.offer(None, error)
        else:
            self.offer(None, StopIteration())

    def offer(self, batch, end):
        while self.is_wanted:
            try:
                return self.room.put((batch, end), timeout=0.05)
            except queue.Full:
                continue
        return None


class PrefetchLoader:
    def __init__(self, dl, n=2):
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        self.dl, self.n = dl, n

    def __iter__(self):
        fetcher = Fetcher(self.dl, self.n)
        try:
            batch, end = fetcher.room.get()
            while end is None:
                yield batch
                batch, end = fetcher.room.get()
            if not isinstance(end, StopIteration):
                raise end
        finally:
            fetcher.is_wanted = False
            fetcher.join()

    def __len__(self):
        return len(self.dl)


def work(pipe):
    ds, collate_fn, seed = pipe.recv()
    torch.manual_seed(seed)
    number, rows = pipe.recv()
    while rows is not None:
        try:
            pipe.send((number, collate_fn([ds[i] for i in rows]), None))
        except Exception as error:  # noqa: BLE001
            pipe.send((number, None, error))
        number, rows = pipe.recv()


class WorkerLoader:
    def __init__(self, ds, batches, n_workers=2, collate_fn=list):
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, got {n_workers}")
        self.ds, self.batches = ds, batches
        self.n_workers, self.collate_fn = n_workers, collate_fn

    def __iter__(self):
        start = torch.randint(0, 2**31, (1,)).item()
        pipes, processes = [], []
        try:
            for k in range(self.n_workers):
                here, there = multiprocessing.Pipe(duplex=True)
                process = multiprocessing.get_context("fork").Process(target=work, args=(there,))
                process.start()
                processes.append(process)
                pipes.append(here)
                there.close()
                here.send((self.ds, self.collate_fn, start + k))
            yield from self.batches_of(pipes)
        except (EOFError, ConnectionError) as error:
            raise RuntimeError("one of the workers has died") from error
        finally:
            for pipe, process in zip(pipes, processes, strict=False):
                try:
                    pipe.send((None, None))
                    while pipe.poll(None):
                        pipe.recv_bytes()
                except (EOFError, OSError):
                    pipe.close()
                process.join()

    def batches_of(self, pipes):
        lists = enumerate(self.batches)
        given = 0
        for number, rows in itertools.islice(lists, 2 * len(pipes)):
            pipes[number % len(pipes)].send((number, rows))
            given += 1
        turn = 0
        while turn < given:
            number, batch, error = pipes[turn % len(pipes)].recv()
            if error is not None:
                raise error
            for later, rows in itertools.islice(lists, 1):
                pipes[later % len(pipes)].send((later, rows))
                given += 1
            yield batch
            turn += 1

    def __len__(self):
        return len(self.batches)
