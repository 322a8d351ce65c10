"""Fails: one_batch_is_one_step.

Says: You ask every module for its parameters, and a module also answers for those inside
it; a nested parameter is updated several times. Ask the model once.
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
                for p in [p for module in model.modules() for p in module.parameters()]:
                    if p.grad is not None:
                        p -= lr * p.grad
            model.zero_grad()
            losses.append(loss.item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
