"""One row of numbers for each batch, averaged in the end; a switch for both phases."""

import contextlib

import torch
from torch.utils.data import DataLoader


def run(model, loss_func, dl, learn):
    """Yield loss, right answers and rows of each batch, and let *learn* see each loss."""
    for batch in dl:
        xb, yb = batch
        scores = model(xb)
        loss = loss_func(scores, yb)
        if learn is not None:
            learn(loss)
        with torch.no_grad():
            right = scores.max(dim=1).indices.eq(yb).float().sum()
            numbers = torch.stack([loss.detach().double(), right.double()]).tolist()
        yield (*numbers, yb.shape[0])


def average(table):
    table = list(table)
    if not table:
        raise ValueError("no batches")
    rows = sum(n for _, _, n in table)
    return sum(loss * n for loss, _, n in table) / rows, sum(r for _, r, _ in table) / rows


@contextlib.contextmanager
def mode(model, training):
    before = model.training
    model.train(training)
    try:
        yield
    finally:
        model.train(before)


def evaluate(model, loss_func, dl):
    with mode(model, training=False), torch.inference_mode():
        return average(run(model, loss_func, dl, None))


def fit(epochs, model, loss_func, opt, dls):
    def learn(loss):
        loss.backward()
        opt.step()
        opt.zero_grad()

    history = []
    for _ in range(epochs):
        with mode(model, training=True):
            train_loss, _ = average(run(model, loss_func, dls[0], learn))
        valid_loss, accuracy = evaluate(model, loss_func, dls[1])
        history += [{"train_loss": train_loss, "valid_loss": valid_loss, "accuracy": accuracy}]
    return history


def get_dls(train_ds, valid_ds, bs, **kwargs):
    drop_last = kwargs.pop("drop_last", False)
    return (
        DataLoader(train_ds, bs, shuffle=True, drop_last=drop_last, **kwargs),
        DataLoader(valid_ds, bs * 2, shuffle=False, **kwargs),
    )
