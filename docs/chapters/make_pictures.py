"""Draw the pictures of the chapters: `python docs/chapters/make_pictures.py [NAME ...]`.

Every number in them comes out of torch and of scikit-learn's digits, from fixed seeds and in
float64 where something is trained, so that a second run draws the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import core_pictures
import internals_pictures
import lesson_pictures
import matplotlib as mpl
import torch
from drawing import LOOK, svg

__all__ = ["FOLDER", "PICTURES", "text"]

FOLDER = Path(__file__).with_name("pictures")
PICTURES = core_pictures.PICTURES | lesson_pictures.PICTURES | internals_pictures.PICTURES


def text(name: str) -> str:
    """Return the picture with this name, as SVG."""
    with mpl.rc_context(LOOK), torch.random.fork_rng():
        return svg(PICTURES[name](), name)


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or PICTURES:
        (FOLDER / f"{name}.svg").write_text(text(name), encoding="utf-8")
        print(name)
