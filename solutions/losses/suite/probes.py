"""Experiments on the functions of `losses`: values, gradients, errors, and work.

Probes that need gradients switch recording on for themselves.
"""

import torch

from autograder.probing import Operations, raised


def logsumexp_of(impl, cases):
    """Return log-sum-exp of every case, a dict of arguments."""
    return [impl.logsumexp(**case) for case in cases]


def log_softmax_of(impl, cases):
    """Return log-softmax of every case, a dict of arguments."""
    return [impl.log_softmax(**case) for case in cases]


def nll_of(impl, cases):
    """Return the negative log-likelihood of every pair of log-probabilities and labels."""
    return [impl.nll(logp, y) for logp, y in cases]


def cross_entropy_of(impl, cases):
    """Return the cross entropy of every pair of logits and labels."""
    return [impl.cross_entropy(logits, y) for logits, y in cases]


def accuracy_of(impl, cases):
    """Return the accuracy of every pair of scores and labels, as a Python number."""
    return [float(impl.accuracy(out, y)) for out, y in cases]


@torch.enable_grad()
def gradient_of_logsumexp(impl, x, weight):
    """Return the gradient of a weighted sum of log-sum-exps of rows."""
    x = x.clone().requires_grad_()
    (impl.logsumexp(x) * weight).sum().backward()
    return x.grad


@torch.enable_grad()
def gradient_of_cross_entropy(impl, logits, y):
    """Return the cross entropy and its gradient."""
    x = logits.clone().requires_grad_()
    loss = impl.cross_entropy(x, y)
    loss.backward()
    return {"loss": loss.detach(), "gradient": x.grad}


def inputs_of_logsumexp(impl, x):
    """Return what log-sum-exp and log-softmax leave of their input."""
    first, second = x.clone(), x.clone()
    impl.logsumexp(first)
    impl.log_softmax(second)
    return {"logsumexp": first, "log_softmax": second}


def inputs_of_cross_entropy(impl, logits, y):
    """Return what cross entropy leaves of its inputs."""
    logits, y = logits.clone(), y.clone()
    impl.cross_entropy(logits, y)
    return {"logits": logits, "y": y}


def transposed_cross_entropy(impl, columns, y):
    """Return the cross entropy of logits that are a transposed view of *columns*."""
    return impl.cross_entropy(columns.t(), y)


def errors_of(impl, name, cases):
    """Return, for every pair, the exception that the function *name* raises and what it returns."""
    function = getattr(impl, name)
    seen = []
    for scores, y in cases:
        results = []
        error = raised(lambda *pair, to=results: to.append(function(*pair)), scores, y)
        seen.append({"error": error, "result": results})
    return seen


def accuracy_facts(impl, out, y):
    """Return what kind of thing an accuracy is."""
    result = impl.accuracy(out, y)
    if not isinstance(result, torch.Tensor):
        return {"type": type(result).__name__}
    return {
        "type": "Tensor",
        "dtype": str(result.dtype).removeprefix("torch."),
        "is floating": result.is_floating_point(),
        "dimensions": result.ndim,
    }


@torch.enable_grad()
def work_of_cross_entropy(impl, logits, y):
    """Return how many operations one cross entropy runs and how many elements they write."""
    logits = logits.clone().requires_grad_()
    with Operations() as work:
        impl.cross_entropy(logits, y)
    return work.summary()


@torch.enable_grad()
def train(impl, x, y, weight, lr, steps):
    """Train a linear classifier; return loss, accuracy and weights on the way."""
    weight = weight.clone().requires_grad_()
    seen = {}
    for t in range(1, steps + 1):
        logits = x @ weight
        loss = impl.cross_entropy(logits, y)
        (gradient,) = torch.autograd.grad(loss, weight)
        with torch.no_grad():
            weight -= lr * gradient
        if t % 10 == 0:
            seen[f"at step {t}"] = {"loss": loss.detach(), "weight": weight.detach().clone()}
    return seen


@torch.enable_grad()
def losses_with_gradients(impl, repeats, seed, rows, classes):
    """Time *repeats* losses and their gradients, each on scores and labels of its own."""
    generator = torch.Generator().manual_seed(seed)
    # Windows of one buffer: each batch is new, and none has to be drawn by itself.
    buffer = torch.randn(rows * classes + 4 * repeats, generator=generator)
    labels = torch.randint(classes, (rows + repeats,), generator=generator)
    batches = [
        (buffer[4 * t :][: rows * classes].view(rows, classes), labels[t:][:rows])
        for t in range(repeats)
    ]
    yield
    losses, gradients = [], torch.zeros(rows, classes)
    for scores, y in batches:
        x = scores.detach().requires_grad_()
        loss = impl.cross_entropy(x, y)
        loss.backward()
        losses.append(loss.detach())
        gradients += x.grad
    return {"losses": torch.stack(losses), "sum of all gradients": gradients}
