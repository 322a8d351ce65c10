"""Fails: drop_last_is_for_training_only, training_from_datasets_matches_torch. Says:
`drop_last` is taken out of the arguments before the first loader is made, so that training
does not get it either.
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
        total, rows = 0.0, 0
        for xb, yb in train_dl:
            loss = loss_func(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
            total += loss.item() * len(xb)
            rows += len(xb)
        valid_loss, accuracy = evaluate(model, loss_func, valid_dl)
        history.append({"train_loss": total / rows, "valid_loss": valid_loss, "accuracy": accuracy})
    return history


def get_dls(train_ds, valid_ds, bs, **kwargs):
    kwargs.pop("drop_last", None)
    train_dl = DataLoader(train_ds, batch_size=bs, shuffle=True, **kwargs)
    valid_dl = DataLoader(valid_ds, batch_size=2 * bs, **kwargs)
    return train_dl, valid_dl
