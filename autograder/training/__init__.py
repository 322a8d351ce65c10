"""Train a network on real digits with what a student wrote, beside torch's own: the reward.

There is a milestone for each track: more of the run is the student's, less is torch's. No points
are given for it, so the student's code runs here as any script of theirs does: in this process,
on their own machine, without a cage. What does not work becomes one sentence that names the
exercise; what never ends is ended with Ctrl-C.
"""

from __future__ import annotations

from autograder.results.curves import Epoch
from autograder.training.session import Session, TrainingResult, prepare, train
from autograder.training.student import Piece

__all__ = ["Epoch", "Piece", "Session", "TrainingResult", "prepare", "train"]
