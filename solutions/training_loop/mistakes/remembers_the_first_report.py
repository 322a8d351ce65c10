"""Fails: report_prints_loss_and_accuracy.

Says: Your second report repeats the accuracy of the first: it was written down and never
computed again. Each report is about what it is given.
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
    return losses


_known = []


def report(loss, preds, yb):
    if not _known:
        _known.append((preds.argmax(dim=1) == yb).float().mean())
    accuracy = _known[0]
    print(f"{loss:.2f}, {accuracy:.2f}")
