"""The public checks of `counter`."""

import torch
from probes import total_of

from autograder.suite import assert_close, check


@check(hint="Start from nothing.")
def test_one_part(submission):
    """The total of one part is that part."""
    assert_close(submission.run(total_of, parts=[torch.ones(2)]), torch.ones(2))


@check(requires="one_part")
def test_two_parts(submission):
    """The total of two parts is their sum."""
    assert_close(submission.run(total_of, parts=[torch.ones(2)] * 2), torch.full((2,), 2.0))
