"""Fails: losses_of_all_batches_are_returned, model_is_called_once_per_batch,
batch_norm_and_dropout_match_torch.

Says: You compute the loss again after the update: another call of the model, and another
number. The loss of a batch is the one that its gradient came from.
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
            losses.append(loss_func(model(x[i : i + bs]), y[i : i + bs]).item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
