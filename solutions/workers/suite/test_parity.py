"""The same batches as torch's own loader gives."""

from probes import all_together, prefetched, tensors_worked
from test_correctness import observe

from autograder.suite import assert_same, check, draw_normal


@check(requires="prefetched_batches_come_in_order", hint="Which batch is missing or comes twice?")
def test_prefetching_changes_nothing(submission, torch_impl, rng):
    """A loop over a prefetching loader gives what a loop over its source gives."""
    for count in (1, 2, 50):
        case = {"items": list(draw_normal(rng, count, 3)), "n": 2}
        actual = observe(submission, prefetched, **case)
        assert_same(actual, torch_impl.run(prefetched, **case), what=f"{count} batches")


@check(requires="worked_batches_come_in_order", hint="Look at order, rows and collation in turn.")
def test_worked_batches_match_torch(submission, torch_impl, rng):
    """Workers give the batches of torch's loader with the same lists and collate_fn."""
    order = rng.permutation(30).tolist()
    case = {"x": draw_normal(rng, 30, 4), "n_workers": 1}
    case["lists"] = [order[k : k + 4] for k in range(0, 30, 4)]

    actual = observe(submission, tensors_worked, **case)

    assert_same(actual, torch_impl.run(tensors_worked, **case), what="the batches")


@check(
    requires=("prefetched_batches_come_in_order", "worked_batches_come_in_order"),
    hint="Run the two loaders one by one first.",
)
def test_both_together_match_torch(submission, torch_impl, rng):
    """A thread may prefetch what workers make."""
    order = rng.permutation(20).tolist()
    case = {"x": draw_normal(rng, 20, 4), "lists": [order[k : k + 3] for k in range(0, 20, 3)]}

    actual = observe(submission, all_together, **case)

    assert_same(actual, torch_impl.run(all_together, **case), what="the batches")
