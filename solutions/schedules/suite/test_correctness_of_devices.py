"""What `to_device` and `DeviceLoader` do with batches; no check here needs a schedule."""

import torch
from probes import (
    asked_so_far,
    batch_afterwards,
    length,
    loaded,
    moved_batches,
    moved_tensor,
    moved_to_the_same_place,
    moved_with_other_things,
    values_loaded,
)

from autograder.suite import assert_same, check, draw_labels, draw_normal, require

_FIRST = "tensor_is_moved"
_FLAT = "lists_tuples_and_dicts_keep_their_kind"
_LOADED = "every_batch_comes_moved"
META, CPU = "meta", "cpu"


def draw_pair(rng, n=3):
    return [draw_normal(rng, n, 2), draw_labels(rng, n, 10)]


def facts(device, tensor):
    return [device, list(tensor.shape), str(tensor.dtype)]


def require_form(seen, expected, what):
    """Require what is known of a batch, and say first which kind of container it should be."""
    kinds = [
        next(iter(f)) if isinstance(f, dict) and f else "no container" for f in (seen, expected)
    ]
    require(kinds[0] == kinds[1], f"{what}, came back as a {kinds[0]}; expected a {kinds[1]}")
    assert_same(seen, expected, what=what)


@check(points=2, hint="Does `to` change a tensor, or return another one?")
def test_tensor_is_moved(submission, rng):
    """A tensor comes back on the device, in its shape; the old one stays where it is."""
    x, _ = draw_pair(rng)

    seen = submission.run(moved_tensor, tensor=x, device=META)

    assert_same(seen["moved"], facts(META, x), what="device, shape and dtype of what comes back")
    assert_same(seen["old"], facts(CPU, x), what="device, shape and dtype of the old tensor")


@check(requires=_FIRST, hint="A device and a dtype are two things.")
def test_dtype_stays(submission, rng):
    """A tensor keeps its dtype, whatever it is."""
    x, _ = draw_pair(rng)

    for dtype in (torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool):
        seen = submission.run(moved_tensor, tensor=x.to(dtype), device=META)
        what = f"device, shape and dtype of a moved {dtype}"
        assert_same(seen["moved"], facts(META, x.to(dtype)), what=what)


@check(points=2, requires=_FIRST, hint="What makes a list, and what a tuple, of some values?")
def test_lists_tuples_and_dicts_keep_their_kind(submission, rng):
    """A list, a tuple or a dict of tensors comes back as one, with its tensors moved."""
    x, y = draw_pair(rng)
    forms = ["a tuple", "a list", "a dict"]

    seen = submission.run(moved_batches, tensors=[x, y], device=META, forms=forms)

    fx, fy = facts(META, x), facts(META, y)
    expected = {
        "a tuple": {"tuple": [fx, fy]},
        "a list": {"list": [fx, fy]},
        "a dict": {"dict": {"image": fx, "label": fy}},
    }
    for form in forms:
        require_form(seen[form], expected[form], f"{form} of two tensors, moved")


@check(requires=_FLAT, hint="What is to be done with a list inside of a dict?")
def test_batches_may_be_nested(submission, rng):
    """Tensors are moved also in lists, tuples and dicts inside each other."""
    x, y = draw_pair(rng)

    seen = submission.run(moved_batches, tensors=[x, y], device=META, forms=["a dict with lists"])

    fx, fy = facts(META, x), facts(META, y)
    inner = {"dict": {"label": {"tuple": [fy]}}}
    expected = {"dict": {"images": {"list": [fx, fx]}, "more": inner}}
    assert_same(seen["a dict with lists"], expected, what="a dict with lists, moved")


@check(requires=_FLAT, hint="How is a named tuple made of its values?")
def test_named_tuples_stay_named(submission, rng):
    """A named tuple comes back as one of its kind."""
    x, y = draw_pair(rng)
    forms = ["a named tuple", "a tuple of a named tuple"]

    seen = submission.run(moved_batches, tensors=[x, y], device=META, forms=forms)

    fx, fy = facts(META, x), facts(META, y)
    require_form(seen[forms[0]], {"Point": [fx, fy]}, "a named tuple `Point`, moved")
    expected = {"tuple": [{"Point": [fx, {"list": [fy]}]}, fx]}
    assert_same(seen[forms[1]], expected, what="a tuple of a named tuple, moved")


@check(requires=_FLAT, hint="What can be looped over, and is no container of tensors?")
def test_other_things_pass_through(submission, rng):
    """Strings, numbers and None come back as they are."""
    x, _ = draw_pair(rng)
    others = ["img_07.png", "", 7, 2.5, None, True]

    seen = submission.run(moved_with_other_things, tensor=x, others=others, device=META)

    expected = {"list": [facts(META, x), *others]}
    assert_same(seen, expected, what="a list of a tensor and other things, moved")


@check(requires=_FLAT, hint="Is there anything to do for a tensor that is there already?")
def test_what_is_there_is_not_copied(submission, rng):
    """A tensor that is on the device already is the same tensor afterwards."""
    seen = submission.run(moved_to_the_same_place, tensors=draw_pair(rng))

    require(seen == [True] * 3, "a tensor that was on the device already came back as a copy.")


@check(requires=_FLAT, hint="Who else may hold the list that you got?")
def test_batch_stays_as_it_is(submission, rng):
    """The lists and dicts of the batch still hold the old tensors."""
    x, y = draw_pair(rng)

    seen = submission.run(batch_afterwards, tensors=[x, y], device=META)

    for name, device in (("old", CPU), ("moved", META)):
        fx, fy = facts(device, x), facts(device, y)
        expected = {"dict": {"pair": {"list": [fx, fy]}, "x": fx}}
        assert_same(seen[name], expected, what=f"the {name} batch")


@check(points=2, requires=_FLAT, hint="Where does the loop over the loader hand out its batches?")
def test_every_batch_comes_moved(submission, rng):
    """A loop over a DeviceLoader gives all batches of the loader, in order, on the device."""
    tensors = draw_pair(rng, 4)
    alone = [t[:1] for t in tensors]

    seen = submission.run(loaded, tensors=tensors, count=4, device=META, epochs=1)
    values = submission.run(values_loaded, tensors=tensors, count=4)

    expected = [{"list": [facts(META, t) for t in alone]}] * 4
    require(len(seen[0]) == 4, f"a loader of 4 batches gave {len(seen[0])}.")
    assert_same(seen[0], expected, what="the moved batches")
    assert_same(values, [[t[k : k + 1] for t in tensors] for k in range(4)], what="the batches")


@check(requires=_LOADED, hint="When is the loop over the loader begun?")
def test_every_epoch_gives_all_batches(submission, rng):
    """Each loop over a DeviceLoader begins with the first batch."""
    seen = submission.run(loaded, tensors=draw_pair(rng, 4), count=4, device=META, epochs=3)

    for k, epoch in enumerate(seen, start=1):
        require(len(epoch) == 4, f"epoch {k} of 3 gave {len(epoch)} of 4 batches.")


@check(requires=_LOADED, hint="How many batches have to be on the device at a time?")
def test_batches_are_moved_on_demand(submission, rng):
    """A batch is taken from the loader when the loop gets to it, and not before."""
    seen = submission.run(asked_so_far, tensors=draw_pair(rng, 6), count=6, steps=3)

    for taken, asked in enumerate(seen):
        require(
            isinstance(asked, int) and asked <= taken,
            f"after {taken} batches the loader had been asked for {asked}.",
        )


@check(hint="Who knows how many batches there are?")
def test_len_counts_the_batches(submission, rng):
    """`len` of a DeviceLoader is that of its loader, and takes no batch."""
    for count in (0, 3, 6):
        seen = submission.run(length, tensors=draw_pair(rng, 6), count=count)
        assert_same(seen["len"], count, what=f"len of a loader of {count} batches")
        require(seen["asked"] == 0, f"len made {seen['asked']} batches to count them.")
