"""Semaphores count what waits; a worker loop in a class method; `multiprocessing.Process` itself."""

import contextlib
import multiprocessing
import threading

import torch


class PrefetchLoader:
    def __init__(self, dl, n=2):
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        self.dl, self.n = dl, n

    def __iter__(self):
        room, ready = threading.Semaphore(self.n), threading.Semaphore(0)
        state = {"batches": [], "over": False, "error": None}

        def fetch():
            try:
                for batch in self.dl:
                    room.acquire()
                    if state["over"]:
                        return
                    state["batches"].append(batch)
                    ready.release()
            except BaseException as error:  # noqa: BLE001
                state["error"] = error
            state["over"] = True
            ready.release()

        thread = threading.Thread(target=fetch, name="prefetch")
        thread.start()
        try:
            while True:
                ready.acquire()
                if not state["batches"]:
                    break
                batch = state["batches"].pop(0)
                room.release()
                yield batch
            if state["error"]:
                raise state["error"]
        finally:
            state["over"] = True
            room.release()
            thread.join()

    def __len__(self):
        return len(self.dl)


class WorkerLoader:
    def __init__(self, ds, batches, n_workers=2, collate_fn=list):
        if n_workers < 1:
            raise ValueError(f"n_workers must be at least 1, got {n_workers}")
        self.ds, self.batches = ds, batches
        self.n_workers, self.collate_fn = n_workers, collate_fn

    def __iter__(self):
        seed = torch.empty((), dtype=torch.int64).random_(2**31).item()
        pipes, processes = [], []
        source = iter(self.batches)
        turns = []
        try:
            for k in range(self.n_workers):
                mine, yours = multiprocessing.Pipe()
                arguments = (yours, [*pipes, mine], self.ds, self.collate_fn, k, seed)
                processes.append(multiprocessing.Process(target=work, args=arguments))
                processes[-1].start()
                yours.close()
                pipes.append(mine)
            for turn in range(2 * self.n_workers):
                self.send_next(source, pipes[turn % len(pipes)], turns)
            while turns:
                pipe = turns.pop(0)
                try:
                    is_right, value = pipe.recv()
                except (EOFError, ConnectionError):
                    raise RuntimeError("a worker process has died") from None
                if not is_right:
                    raise value
                self.send_next(source, pipe, turns)
                yield value
        finally:
            for pipe in pipes:
                with contextlib.suppress(ConnectionError):
                    pipe.send("stop")
            for pipe, process in zip(pipes, processes, strict=False):
                while process.is_alive():
                    with contextlib.suppress(EOFError, ConnectionError):
                        if pipe.poll(0.02):
                            pipe.recv()
                process.join()
                pipe.close()

    def send_next(self, source, pipe, turns):
        try:
            rows = next(source)
        except StopIteration:
            return
        with contextlib.suppress(ConnectionError):
            pipe.send(rows)
        turns.append(pipe)

    def __len__(self):
        return len(self.batches)


def work(pipe, others, ds, collate_fn, k, seed):
    for other in others:
        other.close()
    torch.manual_seed(seed + k)
    for rows in iter(pipe.recv, "stop"):
        try:
            pipe.send((True, collate_fn([ds[i] for i in rows])))
        except Exception as error:  # noqa: BLE001
            pipe.send((False, error))
