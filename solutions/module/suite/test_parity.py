"""What `nn.Module` lists and learns, the submission lists and learns."""

import torch
from probes import grown, train

from autograder.suite import assert_close, assert_same, check, draw_normal, require

NESTED = "parameters_of_children_are_listed"
ALL = (
    "a_shared_module_is_listed_once",
    "assigning_again_replaces",
    "deleted_names_are_forgotten",
    "none_takes_a_parameter_out",
    "modules_of_torch_are_children",
    "own_parameters_come_before_those_of_children",
    "plain_values_are_kept_and_not_listed",
)


def draw_plan(rng, pool, depth):
    """Return the plan of a tree, for `probes.grown`: (name, kind, content), in order."""
    kinds = ["parameter", "parameter", "plain", "layer", *["module"] * 2 * (depth > 0)]
    plan = []
    for i in range(int(rng.integers(3, 7))):
        kind = str(rng.choice(kinds))
        content = {
            "parameter": int(rng.integers(pool)),
            "layer": int(rng.integers(pool)),
            "plain": [None, 3, "text"][int(rng.integers(3))],
            "module": draw_plan(rng, pool, depth - 1) if kind == "module" else None,
        }[kind]
        plan.append((f"{'xyzuvw'[int(rng.integers(6))]}{i}", kind, content))
    parameters = [name for name, kind, _ in plan if kind == "parameter"]
    modules = [name for name, kind, _ in plan if kind == "module"]
    if len(parameters) > 1:
        plan.append((parameters[0], "parameter", int(rng.integers(pool))))
        plan.append((parameters[-1], str(rng.choice(["plain", "delete"])), None))
    if len(modules) > 1:
        plan.append((modules[0], "module", [("again", "parameter", 0)]))
        plan.append((modules[-1], str(rng.choice(["plain", "delete"])), None))
    return plan


@check(
    points=3,
    requires=ALL,
    hint="Every tree is made of the same few cases; print the one that is named.",
)
def test_random_trees_match_torch(submission, torch_impl, rng):
    """Trees with shared, replaced and deleted parts list what they list as `nn.Module`."""
    values = [draw_normal(rng, 3, 2) for _ in range(5)]
    for i in range(10):
        # What a draw may lack is put at the end: a child that goes, in either way.
        goes = ("child", ("plain", "delete")[i % 2], None)
        end = [("child", "module", [("p", "parameter", 0)]), goes]
        case = {"plan": draw_plan(rng, len(values), 3) + end, "values": values}

        actual, expected = submission.run(grown, **case), torch_impl.run(grown, **case)

        names, wanted = ([pair[0] for pair in seen["parameters"]] for seen in (actual, expected))
        require(names == wanted, f"named_parameters() lists {names}, torch's {wanted}")
        assert_same(actual, expected, what="what is listed of a random tree,")


@check(
    points=4,
    requires=(
        "a_shared_parameter_is_listed_once",
        "a_call_is_a_call_of_forward",
        "zero_grad_clears_every_gradient",
        "parameters_can_be_read_again",
        "modules_of_torch_are_children",
    ),
    hint="Which parameters does the optimizer get, and how often?",
)
def test_training_matches_torch(submission, torch_impl, rng):
    """A model with a tied weight, trained by torch's optimizer, learns what it learns as `nn.Module`."""
    shapes = ((4, 4), (4, 4), (4, 4), (2, 4), (2,))
    case = {
        "values": [draw_normal(rng, *shape, dtype=torch.float64) / 2 for shape in shapes],
        "x": draw_normal(rng, 12, 4, dtype=torch.float64),
        "y": draw_normal(rng, 12, 2, dtype=torch.float64),
        "lr": 0.1,
    }

    actual, expected = submission.run(train, **case), torch_impl.run(train, **case)

    assert_close(
        actual["losses"], expected["losses"], rtol=0.0, atol=1e-10, what="the loss of step"
    )
    what = "after 30 steps, (name, value) of parameter"
    assert_close(actual["parameters"], expected["parameters"], rtol=0.0, atol=1e-10, what=what)
