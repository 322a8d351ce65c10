"""Where autograd lands, the submission lands."""

import torch
from probes import cross_entropy, linear, networks, relu, train

from autograder.suite import assert_close, check, draw_labels, draw_normal

NETWORK = ("loss_of_the_network_matches", "gradients_of_the_network_match")


def draw_weights(rng, n_in, n_hidden, classes, dtype):
    shapes = ((n_in, n_hidden), (n_hidden,), (n_hidden, classes), (classes,))
    return [draw_normal(rng, *shape, dtype=dtype) for shape in shapes]


@check(
    points=2,
    requires=(
        "gradient_of_the_weights_matches",
        "gradient_of_the_inputs_matches",
        "gradient_of_the_bias_matches",
        "gradient_of_relu_matches",
        "gradient_of_the_mean_matches",
    ),
    hint="Does every gradient have the dtype of what it belongs to?",
)
def test_layers_of_every_dtype_match_torch(submission, torch_impl, rng):
    """The layers keep float64, float32, bfloat16 and float16, with autograd's values."""
    for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
        x, w, gout = (draw_normal(rng, *s, dtype=dtype) for s in ((6, 5), (5, 4), (6, 4)))
        cases = (
            (linear, {"x": x, "w": w, "gout": gout}),
            (relu, {"x": gout, "gout": gout}),
            (cross_entropy, {"logits": gout, "y": draw_labels(rng, 6, 4)}),
        )
        for probe, case in cases:
            actual = submission.run(probe, **case)
            what = f"{probe.__name__}_backward in {str(dtype).removeprefix('torch.')}"
            assert_close(actual, torch_impl.run(probe, **case), what=what)


@check(
    points=3,
    requires=NETWORK,
    hint="Compare loss and gradients of the case that the message names, layer by layer.",
)
def test_many_networks_match_torch(submission, torch_impl, rng):
    """Thirty networks of all sizes have the loss and the gradients that autograd finds."""
    cases = []
    for i in range(30):
        n, n_in, n_hidden, classes = (int(rng.integers(1, 9)) for _ in range(4))
        if i % 3 == 0:
            n = n_in = n_hidden = classes = 1 + i // 5
        if i == 28:
            n, n_hidden = 5, 1
        x, y = draw_normal(rng, n, n_in, dtype=torch.float64), draw_labels(rng, n, classes)
        weights = draw_weights(rng, n_in, n_hidden, classes, torch.float64)
        if i == 27:
            weights[1][:4] = -50.0  # four of its six hidden units are dead
        cases.append([x, y, weights])

    actual = submission.run(networks, cases=cases)

    expected = torch_impl.run(networks, cases=cases)
    assert_close(len(actual), len(expected), what="the number of results")
    for got, want, (x, _, weights) in zip(actual, expected, cases, strict=True):
        sizes = f"{len(x)} rows and layers of {x.shape[1]}, {len(weights[1])}, {len(weights[3])}"
        assert_close(got, want, atol=1e-10, what=f"with {sizes}, results")


@check(
    points=3,
    requires=NETWORK,
    hint="Loss and gradients decide every step; look at the first one that the message names.",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """Fifty steps of training end with the weights that autograd leads to."""
    weights = [0.5 * w for w in draw_weights(rng, 6, 8, 4, torch.float64)]
    x, y = draw_normal(rng, 30, 6, dtype=torch.float64), draw_labels(rng, 30, 4)
    case = {"x": x, "y": y, "weights": weights, "lr": 0.5, "steps": 50}

    actual = submission.run(train, **case)

    expected = torch_impl.run(train, **case)
    assert_close(actual, expected, atol=1e-10, what="in training, results")
