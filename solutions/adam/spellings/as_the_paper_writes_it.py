"""Out of place, line by line as in the paper, with everything in one method per class."""

import torch


class Adam:
    decoupled = False

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, *, maximize=False
    ):
        self.params = list(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.weight_decay, self.maximize = weight_decay, maximize
        self.state = {}

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        self._step(decoupled=False)

    def _step(self, *, decoupled):
        b1, b2 = self.betas
        for p in self.params:
            if p.grad is None:
                continue
            if p.grad.layout is not torch.strided:
                raise RuntimeError(f"sparse gradients ({p.grad.layout}) are not supported")
            g = p.grad.data
            if self.maximize:
                g = -g
            if not decoupled:
                g = g + self.weight_decay * p.data
            s = self.state.get(p, {"step": 0, "exp_avg": g * 0, "exp_avg_sq": g * 0})
            t = s["step"] + 1
            m = b1 * s["exp_avg"] + (1 - b1) * g
            v = b2 * s["exp_avg_sq"] + (1 - b2) * g**2
            self.state[p] = {"step": t, "exp_avg": m, "exp_avg_sq": v}
            m_hat = m / (1 - b1**t)
            v_hat = v / (1 - b2**t)
            new = p.data - self.lr * m_hat / (v_hat.sqrt() + self.eps)
            if decoupled:
                new = new - self.lr * self.weight_decay * p.data
            p.data.copy_(new)


class AdamW(Adam):
    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, *, maximize=False
    ):
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)

    def step(self):
        self._step(decoupled=True)
