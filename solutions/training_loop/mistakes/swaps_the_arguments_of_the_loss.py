"""Fails: loss_function_gets_predictions_first, batches_are_the_rows_in_order,
training_of_a_classifier_matches_torch, batch_norm_and_dropout_match_torch.

Says: You call the loss function with targets first. For a symmetric loss nobody notices;
others take predictions, then targets.
"""

import torch


def fit(epochs, model, loss_func, x, y, lr, bs):
    model.train()
    losses = []
    for _ in range(epochs):
        for i in range(0, len(x), bs):
            loss = loss_func(y[i : i + bs], model(x[i : i + bs]))
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
