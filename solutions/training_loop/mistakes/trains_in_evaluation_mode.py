"""Fails: model_is_in_training_mode, batch_norm_and_dropout_match_torch.

Says: You switch the model to evaluation mode and train it so; dropout and batch norm then
do nothing. Training has a mode of its own.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.eval()
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
