"""Fails: each_batch_reads_one_value, nan_is_passed_on.

Says: You look at the gradient before each update. Every look waits for the GPU, and a
comparison with nan is never true. Only None needs skipping.
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
                    if p.grad is not None and p.grad.abs().sum() > 0:
                        p -= lr * p.grad
            model.zero_grad()
            losses.append(loss.item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
