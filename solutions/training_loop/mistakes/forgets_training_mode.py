"""Fails: model_is_in_training_mode, batch_norm_and_dropout_match_torch.

Says: A model that comes in evaluation mode stays in it, so dropout and batch norm do not do
their work. Tell the model that it is training.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
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
    print(f"{loss:.2f}, {accuracy:.2f}")
