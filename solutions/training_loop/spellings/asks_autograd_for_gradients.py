"""Asks autograd for the gradients, so that `p.grad` is never used."""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    params = [p for p in model.parameters() if p.requires_grad]
    losses = []
    for _ in range(epochs):
        start = 0
        while start < len(x):
            stop = start + bs
            loss = loss_func(model(x[start:stop]), y[start:stop])
            grads = torch.autograd.grad(loss, params, allow_unused=True)
            with torch.inference_mode():
                for p, grad in zip(params, grads, strict=True):
                    if grad is not None:
                        p.add_(grad, alpha=-lr)
            losses.append(loss.item())
            start = stop
    return losses


def report(loss, preds, yb):
    right = (preds.argmax(-1) == yb).sum() / len(yb)
    print(f"{round(float(loss), 2):.2f}", f"{round(float(right), 2):.2f}", sep=", ")
