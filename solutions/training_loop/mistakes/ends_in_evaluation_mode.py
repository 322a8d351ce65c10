"""Fails: model_is_in_training_mode.

Says: You switch to evaluation mode when training is done. That is for whoever evaluates;
here the model stays in training mode.
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
    model.eval()
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
