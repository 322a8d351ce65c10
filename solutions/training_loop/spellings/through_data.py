"""As the lesson writes it: `.data` steps around recording; gradients are cleared before backward."""


def fit(epochs, model, loss_func, x, y, lr, bs):
    losses = []
    n = x.shape[0]
    for _epoch in range(epochs):
        for k in range((n - 1) // bs + 1):
            model.train()
            start = k * bs
            xb, yb = x[start : start + bs], y[start : start + bs]
            preds = model(xb)
            loss = loss_func(preds, yb)
            model.zero_grad()
            loss.backward()
            for p in model.parameters():
                if p.grad is not None:
                    p.data -= p.grad.data * lr
            losses.append(float(loss))
    return losses


def report(loss, preds, yb):
    right = sum(int(a == b) for a, b in zip(preds.argmax(1).tolist(), yb.tolist(), strict=True))
    print(format(float(loss), ".2f"), format(right / len(yb), ".2f"), sep=", ")
