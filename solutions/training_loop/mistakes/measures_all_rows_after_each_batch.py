"""Fails: model_is_called_once_per_batch, each_batch_takes_little_work,
batch_norm_and_dropout_match_torch.

Says: You run the model on all rows after every batch, so an epoch costs as many epochs as
it has batches. Measure once, when training is done.
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
            with torch.no_grad():
                model(x).mean()
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(dim=1) == yb).float().mean()
    print(f"{loss:.2f}, {accuracy:.2f}")
