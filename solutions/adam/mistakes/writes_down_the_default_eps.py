"""Fails: betas_and_eps_are_used, every_dtype_matches_torch.

Says: You write the default eps into your code, so another one is never used.
"""

import torch


class Adam:
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

    @torch.no_grad()
    def step(self):
        for p, g in self._gradients():
            self._move(p, g + self.weight_decay * p if self.weight_decay else g)

    def _gradients(self):
        pairs = [(p, p.grad) for p in self.params if p.grad is not None]
        if any(g.is_sparse for _, g in pairs):
            raise RuntimeError("Adam does not take sparse gradients")
        return [(p, -g) for p, g in pairs] if self.maximize else pairs

    def _move(self, p, g):
        if p not in self.state:
            means = {name: torch.zeros_like(p) for name in ("exp_avg", "exp_avg_sq")}
            self.state[p] = {"step": 0, **means}
        state = self.state[p]
        state["step"] += 1
        beta1, beta2 = self.betas
        state["exp_avg"].mul_(beta1).add_(g, alpha=1 - beta1)
        state["exp_avg_sq"].mul_(beta2).addcmul_(g, g, value=1 - beta2)
        m = state["exp_avg"] / (1 - beta1 ** state["step"])
        v = state["exp_avg_sq"] / (1 - beta2 ** state["step"])
        p.sub_(self.lr * m / (v.sqrt() + 1e-8))


class AdamW(Adam):
    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, *, maximize=False
    ):
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)

    @torch.no_grad()
    def step(self):
        for p, g in self._gradients():
            p.mul_(1 - self.lr * self.weight_decay)
            self._move(p, g)
