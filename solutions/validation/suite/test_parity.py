"""The same numbers and the same trained network as with a plain torch loop."""

from probes import evaluated, trained, trained_from_datasets
from test_correctness import draw_batches, draw_network
from test_correctness_of_fit import draw_dataset

from autograder.suite import assert_close, check

_ROWS = "every_row_counts_the_same"
_EPOCHS = "every_epoch_trains_and_then_validates"
_HISTORY = "each_epoch_has_a_record"


def compare(actual, expected):
    """Compare histories and states; first what is nearer to its cause."""
    assert_close(actual["history"], expected["history"], rtol=1e-5, what="the history")
    assert_close(actual["state"], expected["state"], rtol=1e-8, atol=1e-10, what="the state")


@check(requires=_ROWS, hint="Try a network whose output depends on its mode.")
def test_evaluation_matches_torch(submission, torch_impl, rng):
    """A network with batch normalisation and dropout is measured as by a plain loop."""
    for sizes in ((6, 6, 6), (7, 3), (5,)):
        case = {"weights": draw_network(rng), "batches": draw_batches(rng, *sizes)}
        actual, expected = submission.run(evaluated, **case), torch_impl.run(evaluated, **case)
        assert_close(actual, expected, rtol=1e-5, what=f"loss and accuracy, batches of {sizes}")


@check(
    points=2,
    requires=(_ROWS, _EPOCHS, _HISTORY),
    hint="Look at the first epoch whose record is different.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Four epochs with momentum and dropout end with torch's history, weights and buffers."""
    case = {"weights": draw_network(rng), "epochs": 4}
    case["train"], case["valid"] = draw_batches(rng, 8, 8, 5), draw_batches(rng, 8, 3)

    compare(submission.run(trained, **case), torch_impl.run(trained, **case))


@check(
    requires=(_ROWS, _EPOCHS, _HISTORY, "loaders_hold_their_own_rows"),
    hint="Look at loaders, epochs and measurements one by one.",
)
def test_training_from_datasets_matches_torch(submission, torch_impl, rng):
    """From two datasets, with Adam and shuffling, all three functions end where torch ends."""
    case = {"weights": draw_network(rng), "bs": 6, "epochs": 3}
    case["train"], case["valid"] = draw_dataset(rng, 27), draw_dataset(rng, 13)
    case["seed"] = int(rng.integers(1, 2**31))

    actual = submission.run(trained_from_datasets, **case)

    compare(actual, torch_impl.run(trained_from_datasets, **case))
