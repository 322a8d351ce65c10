"""Devices that probes run on: what is there, how values get onto it, and when its work is done.

The judge and every worker use this alike. A CUDA context does not survive a fork, so the fork
server and the judge's parent never make one: only what runs after the last fork does.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import torch
from torch import Tensor

from autograder.language import marked

__all__ = ["CPU", "CUDA", "moved", "reason_without", "seed", "wait_for"]

CPU, CUDA = "cpu", "cuda"

# NVML answers without making a context, which the forks to come could not use.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")

# Bound before student code can put others in their place.
_synchronize = torch.cuda.synchronize
_seed_everywhere, _seed_cpu = torch.manual_seed, torch.default_generator.manual_seed


@functools.cache
def reason_without(device: str) -> str | None:
    """Return why probes cannot run on *device* here, or None where they can."""
    if device == CPU or torch.cuda.is_available():
        return None
    return marked("this machine has no CUDA device, or this torch was built without CUDA")


def moved(value: Any, device: str) -> Any:
    """Return *value* with every tensor in it on *device*; on the CPU that is the value itself."""
    if device == CPU:
        return value
    if isinstance(value, Tensor):
        return value.to(device)
    if isinstance(value, dict):
        return {key: moved(item, device) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(moved(item, device) for item in value)
    return value


def seed(number: int, device: str) -> None:
    """Seed torch's generators for code that runs on *device*.

    On the CPU it is the one generator there: `torch.manual_seed` also notes the seed for every kind
    of device that is not in use, with a picture of the stack each time, in half a millisecond.
    """
    if device == CPU:
        _seed_cpu(number)
    else:
        _seed_everywhere(number)


def wait_for(device: str) -> None:
    """Return when everything that was queued on *device* is done, on every stream."""
    if device != CPU:
        _synchronize()
