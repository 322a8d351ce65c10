"""Fails: report_prints_loss_and_accuracy.

Says: You look for the largest score in every column, and so for the best row of each class.
A prediction is the best class of each row: another dimension.
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


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=0) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
