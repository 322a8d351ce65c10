"""Make a worker fit for child processes, where its exercise allows them.

A child is forked inside the cage: the same namespaces, Landlock, seccomp filter and limits hold it,
and it ends with its worker. Starting another program stays impossible, and so does signalling.
"""

from __future__ import annotations

import os
from multiprocessing.reduction import ForkingPickler
from typing import Any, cast

import torch.multiprocessing  # noqa: F401 - it registers what `prepare` takes out again

__all__ = ["prepare"]


def prepare(channel: int) -> None:
    """Let this worker's children neither speak to the judge nor miss shared memory.

    Args:
        channel: The descriptor on which this worker, and nobody else, answers the judge.
    """
    os.register_at_fork(after_in_child=lambda: os.dup2(0, channel))
    # torch would hand tensors over in shared memory, which a cage does not have: a plain pickle
    # copies them through the pipe, like everything else.
    reducers = cast("dict[type, Any]", vars(ForkingPickler)["_extra_reducers"])
    for kind in [kind for kind in reducers if kind.__module__.partition(".")[0] == "torch"]:
        del reducers[kind]
