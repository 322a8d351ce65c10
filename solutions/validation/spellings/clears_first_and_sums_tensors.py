"""Gradients are cleared first; sums are tensors until the end; `inference_mode`."""

import torch
from torch.utils.data import DataLoader


def evaluate(model, loss_func, dl):
    mode = model.training
    losses, rights, sizes = [], [], []
    model.train(False)
    try:
        with torch.inference_mode():
            for xb, yb in dl:
                scores = model(xb)
                sizes.append(xb.shape[0])
                losses.append(loss_func(scores, yb) * sizes[-1])
                rights.append(torch.eq(scores.argmax(dim=-1), yb).float().sum())
    finally:
        model.train(mode)
    if sizes == []:
        raise ValueError("an empty loader")
    n = sum(sizes)
    return float(sum(losses) / n), float(sum(rights) / n)


def fit(epochs, model, loss_func, opt, dls):
    records = []
    for _ in range(epochs):
        total, n = torch.zeros(()), 0
        for xb, yb in dls[0]:
            model.train()
            opt.zero_grad()
            loss = loss_func(model(xb), yb)
            loss.backward()
            opt.step()
            total = total + loss.detach() * yb.shape[0]
            n += yb.shape[0]
        record = {"train_loss": (total / n).item()}
        record["valid_loss"], record["accuracy"] = evaluate(model, loss_func, dls[1])
        records += [record]
    return records


def get_dls(train_ds, valid_ds, bs, **kwargs):
    other = {name: value for name, value in kwargs.items() if name != "drop_last"}
    return (
        DataLoader(train_ds, bs, True, **kwargs),
        DataLoader(valid_ds, bs * 2, False, **other),
    )
