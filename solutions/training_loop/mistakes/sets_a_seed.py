"""Fails: random_generators_are_left_alone, batch_norm_and_dropout_match_torch.

Says: You set the seed of torch, and so change the random numbers of the whole program.
Nothing here is random; leave the generators alone.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    torch.manual_seed(42)
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
    print(f"{loss:.2f}, {accuracy:.2f}")
