"""A loop around torch's own optimizer, behind the names of the exercise; in the judge only."""

from torch.optim import SGD


def fit(epochs, model, loss_func, x, y, lr, bs):
    optimizer = SGD(model.parameters(), lr=lr)
    model.train()
    losses = []
    for _ in range(epochs):
        for xb, yb in zip(x.split(bs), y.split(bs), strict=True):
            loss = loss_func(model(xb), yb)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
    return losses


def report(loss, preds, yb):
    accuracy = (preds.argmax(1) == yb).sum().item() / len(yb)
    print(f"{float(loss):.2f}, {accuracy:.2f}")
