"""Fails: each_parameter_counts_its_own_steps, adamw_leaves_parameters_without_gradient_alone,
all_memory_is_in_state, memory_of_adamw_is_in_state.

Says: One counter belongs to the whole optimizer, so a parameter that joins late is
corrected as if it were old, and the counter is missing from the state. Count for each
parameter.
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
        self.t = getattr(self, "t", 0) + 1
        pairs = [(p, p.grad) for p in self.params if p.grad is not None]
        if any(g.is_sparse for _, g in pairs):
            raise RuntimeError("Adam does not take sparse gradients")
        return [(p, -g) for p, g in pairs] if self.maximize else pairs

    def _move(self, p, g):
        if p not in self.state:
            means = {name: torch.zeros_like(p) for name in ("exp_avg", "exp_avg_sq")}
            self.state[p] = {"step": 0, **means}
        state = self.state[p]
        state["step"] = self.t
        beta1, beta2 = self.betas
        state["exp_avg"].mul_(beta1).add_(g, alpha=1 - beta1)
        state["exp_avg_sq"].mul_(beta2).addcmul_(g, g, value=1 - beta2)
        m = state["exp_avg"] / (1 - beta1 ** state["step"])
        v = state["exp_avg_sq"] / (1 - beta2 ** state["step"])
        p.sub_(self.lr * m / (v.sqrt() + self.eps))


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
