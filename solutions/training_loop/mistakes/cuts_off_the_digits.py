"""Fails: report_takes_tensors_with_a_history.

Says: You ask a float for its digits; a loss may also be a tensor, which knows no
`as_integer_ratio`. `.2f` rounds either.
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
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    loss.as_integer_ratio()
    print(f"{loss:.2f}, {accuracy:.2f}")
