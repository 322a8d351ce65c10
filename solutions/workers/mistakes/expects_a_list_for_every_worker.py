"""Fails: few_lists_are_enough. Says: You take a list for each worker without asking whether
there are so many. With fewer lists, `next` raises StopIteration, which a generator turns
into a RuntimeError.
"""

import contextlib
import multiprocessing
import queue
import threading
from collections import deque

import torch


class PrefetchLoader:
    def __init__(self, dl, n=2):
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        self.dl, self.n = dl, n

    def __iter__(self):
        waiting, over = queue.Queue(self.n), threading.Event()
        thread = threading.Thread(target=fetch, args=(self.dl, waiting, over), daemon=True)
        thread.start()
        try:
            while (item := waiting.get())[0] == "batch":
                yield item[1]
            if item[0] == "error":
                raise item[1]
        finally:
            over.set()
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.get_nowait()
            thread.join()

    def __len__(self):
        return len(self.dl)


def fetch(dl, waiting, over):
    try:
        for batch in dl:
            waiting.put(("batch", batch))
            if over.is_set():
                return
    except BaseException as error:  # noqa: BLE001
        waiting.put(("error", error))
    else:
        waiting.put(("end", None))


class WorkerLoader:
    def __init__(self, ds, batches, n_workers=2, collate_fn=list):
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, got {n_workers}")
        self.ds, self.batches = ds, batches
        self.n_workers, self.collate_fn = n_workers, collate_fn

    def __iter__(self):
        fork = multiprocessing.get_context("fork")
        seed = torch.randint(2**31, ()).item()
        workers = []
        lists, asked = iter(self.batches), deque()
        try:
            for k in range(self.n_workers):
                ours, theirs = fork.Pipe()
                case = (theirs, self.ds, self.collate_fn, seed + k)
                process = fork.Process(target=work, args=case, daemon=True)
                process.start()
                theirs.close()
                workers.append((process, ours))
            for _, pipe in workers:
                pipe.send(next(lists))
                asked.append(pipe)
            for _, pipe in workers:
                ask(pipe, lists, asked)
            while asked:
                pipe = asked.popleft()
                batch = answer_of(pipe)
                ask(pipe, lists, asked)
                yield batch
        finally:
            for _, pipe in workers:
                with contextlib.suppress(OSError):
                    pipe.send(None)
            for process, pipe in workers:
                with contextlib.suppress(EOFError, OSError):
                    while True:
                        pipe.recv_bytes()
                pipe.close()
                process.join()

    def __len__(self):
        return len(self.batches)


def ask(pipe, lists, asked):
    for rows in lists:
        with contextlib.suppress(OSError):
            pipe.send(list(rows))
        asked.append(pipe)
        return


def answer_of(pipe):
    try:
        error, batch = pipe.recv()
    except (EOFError, OSError) as end:
        raise RuntimeError("a worker died") from end
    if error is not None:
        raise error
    return batch


def work(pipe, ds, collate_fn, seed):
    torch.manual_seed(seed)
    while (rows := pipe.recv()) is not None:
        try:
            answer = None, collate_fn([ds[i] for i in rows])
        except Exception as error:  # noqa: BLE001
            answer = error, None
        pipe.send(answer)
