"""Fails: no_graph_outlives_the_next_batch. Says: You collect the losses themselves and read
their numbers when the epoch is over. Until then each of them keeps the graph of its batch
alive.
"""

import torch
from torch.utils.data import DataLoader


def evaluate(model, loss_func, dl):
    was_training = model.training
    loss, right, rows = 0.0, 0, 0
    model.eval()
    try:
        with torch.no_grad():
            for xb, yb in dl:
                scores = model(xb)
                loss += loss_func(scores, yb).item() * len(xb)
                right += (scores.argmax(1) == yb).sum().item()
                rows += len(xb)
    finally:
        model.train(was_training)
    if not rows:
        raise ValueError("there are no rows to evaluate on")
    return loss / rows, right / rows


def fit(epochs, model, loss_func, opt, dls):
    history = []
    train_dl, valid_dl = dls
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for xb, yb in train_dl:
            loss = loss_func(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
            losses.append(loss)
            sizes.append(len(xb))
        total = sum(loss.item() * n for loss, n in zip(losses, sizes, strict=True))
        valid_loss, accuracy = evaluate(model, loss_func, valid_dl)
        record = {"train_loss": total / sum(sizes), "valid_loss": valid_loss}
        history.append({**record, "accuracy": accuracy})
    return history


def get_dls(train_ds, valid_ds, bs, **kwargs):
    train_dl = DataLoader(train_ds, batch_size=bs, shuffle=True, **kwargs)
    valid_dl = DataLoader(valid_ds, batch_size=2 * bs, **{**kwargs, "drop_last": False})
    return train_dl, valid_dl
