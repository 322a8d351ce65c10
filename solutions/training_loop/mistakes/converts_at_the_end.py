"""Fails: memory_does_not_grow_with_the_batches.

Says: You keep every loss with its history until training is over and convert then; until
that moment the memory grows with every batch. Keep the number at once, or cut the history
off.
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
            losses.append(loss)
    return [loss.item() for loss in losses]


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
