"""Fails: epoch_keeps_up_with_a_plain_loop.

Says: Before every batch you go through the positions of all inputs, to mark those of the batch as
seen. That takes many times as long as the training; a batch is a slice, and known by its start.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    losses = []
    for _ in range(epochs):
        for i in range(0, len(x), bs):
            width, seen = x.shape[-1], {}
            for row in range(len(x)):
                for place in range(width):
                    seen[row, place] = i <= row < i + bs
            loss = loss_func(model(x[i : i + bs]), y[i : i + bs])
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
