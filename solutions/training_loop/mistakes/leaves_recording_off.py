"""Fails: recording_stays_as_it_was.

Says: You switch recording off for the update and on again at the next batch, so after the
last batch it stays off, for everybody. A `with` block turns it back by itself.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    losses = []
    for _ in range(epochs):
        for i in range(0, len(x), bs):
            torch.set_grad_enabled(True)
            loss = loss_func(model(x[i : i + bs]), y[i : i + bs])
            loss.backward()
            torch.set_grad_enabled(False)
            for p in model.parameters():
                if p.grad is not None:
                    p -= lr * p.grad
            model.zero_grad()
            losses.append(loss.item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
