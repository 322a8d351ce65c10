"""Fails: data_stays_as_it_is, every_epoch_makes_its_steps.

Says: You clear each batch when it is done, and a slice is a view: the data of the caller
are gone, and a second epoch has nothing to learn from.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    losses = []
    for _ in range(epochs):
        for i in range(0, len(x), bs):
            loss = loss_func(model(x[i : i + bs]), y[i : i + bs])
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    if p.grad is not None:
                        p -= lr * p.grad
            model.zero_grad()
            losses.append(loss.item())
            if i + bs >= len(x):
                x[i : i + bs].zero_()
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
