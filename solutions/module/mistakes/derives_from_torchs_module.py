"""Fails: it_is_written_without_torchs_modules.

Says: With torch's module below, the bookkeeping is torch's. This exercise is about
writing it yourself.
"""

from torch import nn

_PLAIN = getattr(nn, next(name for name in dir(nn) if name[:7] == "ModuleL"))


class MiniModule(_PLAIN):
    """It has everything already."""
