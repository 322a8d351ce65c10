"""Sums and counts in a dict; a samplers-made training loader; running means."""

import torch
from torch.utils.data import DataLoader


def evaluate(model, loss_func, dl):
    before, recording = model.training, torch.is_grad_enabled()
    seen = {"loss": 0.0, "right": 0, "rows": 0}
    try:
        model.eval()
        torch.set_grad_enabled(False)
        for batch in dl:
            xb, yb = batch
            predictions = model(xb)
            n = len(yb)
            seen["loss"] += n * float(loss_func(predictions, yb))
            seen["right"] += int((predictions.argmax(axis=1) == yb).count_nonzero())
            seen["rows"] += n
    finally:
        torch.set_grad_enabled(recording)
        model.train(before)
    if seen["rows"] > 0:
        return seen["loss"] / seen["rows"], seen["right"] / seen["rows"]
    raise ValueError("nothing to evaluate on")


def fit(epochs, model, loss_func, opt, dls):
    train_dl, valid_dl = dls
    history, epoch = [], 0
    while epoch < epochs:
        mean, n = 0.0, 0
        model.train()
        for xb, yb in train_dl:
            predictions = model(xb)
            loss = loss_func(predictions, yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
            n += len(xb)
            mean += (loss.item() - mean) * len(xb) / n
        model.eval()
        loss, accuracy = evaluate(model, loss_func, valid_dl)
        history.append({"train_loss": mean, "valid_loss": loss, "accuracy": accuracy})
        epoch += 1
    return history


def get_dls(train_ds, valid_ds, bs, **kwargs):
    drop_last = kwargs.pop("drop_last", False)
    valid_dl = DataLoader(dataset=valid_ds, batch_size=bs * 2, **kwargs)
    train_dl = DataLoader(
        dataset=train_ds, batch_size=bs, shuffle=True, drop_last=drop_last, **kwargs
    )
    return train_dl, valid_dl
