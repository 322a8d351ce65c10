"""Batches that somebody else fetches meanwhile: a thread, or processes."""

import contextlib
import multiprocessing
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch


class PrefetchLoader:
    """The batches of *dl*, up to *n* of them fetched in advance by a thread."""

    def __init__(self, dl: Iterable[Any], n: int = 2) -> None:
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        self.dl, self.n = dl, n

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: a generator over the batches that a thread of its own gets from *dl*."""
        waiting, over = queue.Queue(self.n), threading.Event()
        thread = threading.Thread(target=_fetch, args=(self.dl, waiting, over), daemon=True)
        thread.start()
        try:
            while (item := waiting.get())[0] == "batch":
                yield item[1]
            if item[0] == "error":
                raise item[1]
        finally:
            over.set()
            with contextlib.suppress(queue.Empty):  # make room, where the thread waits for some
                while True:
                    waiting.get_nowait()
            thread.join()

    def __len__(self) -> int:
        return len(self.dl)


def _fetch(dl: Iterable[Any], waiting: queue.Queue, over: threading.Event) -> None:
    """Put the batches of *dl* into *waiting*, and at last how it ended."""
    try:
        for batch in dl:
            waiting.put(("batch", batch))
            if over.is_set():
                return
    except BaseException as error:  # noqa: BLE001 - whatever it is, the loop must hear of it
        waiting.put(("error", error))
    else:
        waiting.put(("end", None))


class WorkerLoader:
    """For each list of indices in *batches*, what *collate_fn* makes of the rows of *ds*."""

    def __init__(
        self,
        ds: Any,
        batches: Iterable[list[Any]],
        n_workers: int = 2,
        collate_fn: Callable[[list[Any]], Any] = list,
    ) -> None:
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, got {n_workers}")
        self.ds, self.batches = ds, batches
        self.n_workers, self.collate_fn = n_workers, collate_fn

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch: a generator over batches that *n_workers* forked processes make."""
        fork = multiprocessing.get_context("fork")
        seed = torch.randint(2**31, ()).item()
        workers = []
        lists, asked = iter(self.batches), deque()
        try:
            for k in range(self.n_workers):
                ours, theirs = fork.Pipe()
                case = (theirs, self.ds, self.collate_fn, seed + k)
                process = fork.Process(target=_work, args=case, daemon=True)
                process.start()
                theirs.close()
                workers.append((process, ours))
            for _, pipe in workers * 2:  # each has one list to work on and one to go on with
                _ask(pipe, lists, asked)
            while asked:
                pipe = asked.popleft()
                batch = _answer(pipe)
                _ask(pipe, lists, asked)
                yield batch
        finally:
            for _, pipe in workers:
                with contextlib.suppress(OSError):  # it may have died
                    pipe.send(None)
            for process, pipe in workers:
                with contextlib.suppress(EOFError, OSError):  # it may still have much to say
                    while True:
                        pipe.recv_bytes()
                pipe.close()
                process.join()

    def __len__(self) -> int:
        return len(self.batches)


def _ask(pipe: Any, lists: Iterator[list[Any]], asked: deque) -> None:
    """Give a worker the next list, if there is one."""
    for rows in lists:
        with contextlib.suppress(OSError):  # that it died is found where its answer is missing
            pipe.send(list(rows))
        asked.append(pipe)
        return


def _answer(pipe: Any) -> Any:
    """Wait for a worker's next batch; raise what it says that it raised."""
    try:
        error, batch = pipe.recv()
    except (EOFError, OSError) as end:
        raise RuntimeError("a worker died") from end
    if error is not None:
        raise error
    return batch


def _work(pipe: Any, ds: Any, collate_fn: Callable[[list[Any]], Any], seed: int) -> None:
    """Make batches until there are no more lists."""
    torch.manual_seed(seed)
    while (rows := pipe.recv()) is not None:
        try:
            answer = None, collate_fn([ds[i] for i in rows])
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody can see it
            answer = error, None
        pipe.send(answer)
