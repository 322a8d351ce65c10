"""Fails: batches_are_made_in_workers. Says: Batches are made in the loop's own process, one
after the other, when they are asked for.
"""

import contextlib
import queue
import threading


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
        for rows in self.batches:
            yield self.collate_fn([self.ds[i] for i in rows])

    def __len__(self):
        return len(self.batches)
