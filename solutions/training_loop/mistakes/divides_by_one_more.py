"""Fails: all_right_is_one_and_none_is_zero, report_prints_one_line_with_two_decimals.

Says: You add a little to the number of rows, as if it could be zero. Where all are right,
the accuracy is one.
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
    accuracy = (preds.argmax(dim=1) == yb).sum() / (len(yb) + 0.1)
    print(f"{loss:.2f}, {accuracy:.2f}")
