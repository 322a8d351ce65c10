"""The backward pass of a linear layer, timed beside autograd."""

from probes import linear_gradients

from autograder.suite import check


@check(
    points=2,
    requires=(
        "layers_of_every_dtype_match_torch",
        "many_networks_match_torch",
        "inputs_of_layers_stay_as_they_are",
        "linear_layer_does_little_work",
    ),
    hint="What does the layer do besides two matrix products and a sum?",
)
def test_linear_layer_keeps_up_with_torch(submission, torch_impl, speed):
    """The backward pass of 64 digits, 784 to 50, takes at most five times autograd's time."""
    speed(
        linear_gradients,
        submission,
        torch_impl,
        at_most=5.0,
        rtol=1e-3,
        atol=0.05,
        rows=64,
        n_in=784,
        n_out=50,
    )
