"""Fails: lists_are_taken_at_home, working_loops_are_independent. Says: Each worker loops over
`batches` itself and takes every n-th list. A shuffled sampler gives each of them another
order, so rows come twice or never: take the lists in one place.
"""

import contextlib
import itertools
import multiprocessing
import queue
import threading

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
        try:
            for k in range(self.n_workers):
                ours, theirs = fork.Pipe()
                part = (self.batches, k, self.n_workers)
                case = (theirs, self.ds, self.collate_fn, seed + k, part)
                process = fork.Process(target=work, args=case, daemon=True)
                process.start()
                theirs.close()
                workers.append((process, ours))
            for _, pipe in itertools.cycle(workers):
                batch = answer_of(pipe)
                if batch == ("over",):
                    return
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


def answer_of(pipe):
    try:
        error, batch = pipe.recv()
    except (EOFError, OSError) as end:
        raise RuntimeError("a worker died") from end
    if error is not None:
        raise error
    return batch


def work(pipe, ds, collate_fn, seed, part):
    batches, first, step = part
    torch.manual_seed(seed)
    for rows in itertools.islice(batches, first, None, step):
        try:
            answer = None, collate_fn([ds[i] for i in rows])
        except Exception as error:  # noqa: BLE001
            answer = error, None
        pipe.send(answer)
        if pipe.poll():
            return
    pipe.send((None, ("over",)))
