"""Fails: one_batch_is_one_step.

Says: You compute the loss where recording is off, so it does not know how it was computed,
and backward has nothing to go through. Switch recording off for the update alone.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    losses = []
    for _ in range(epochs):
        for i in range(0, len(x), bs):
            with torch.no_grad():
                loss = loss_func(model(x[i : i + bs]), y[i : i + bs])
                loss.backward()
                for p in model.parameters():
                    if p.grad is not None:
                        p -= lr * p.grad
            model.zero_grad()
            losses.append(loss.item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
