"""Fails: memory_does_not_grow_with_the_batches.

Says: You keep the predictions of all batches, each with its history, in a list that nobody
reads. Memory grows until training stops.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    losses = []
    seen = []
    for _ in range(epochs):
        for i in range(0, len(x), bs):
            preds = model(x[i : i + bs])
            seen.append(preds)
            loss = loss_func(preds, y[i : i + bs])
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    if p.grad is not None:
                        p -= lr * p.grad
            model.zero_grad()
            losses.append(loss.item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
