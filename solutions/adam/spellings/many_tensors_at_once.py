"""All parameters in a few calls, grouped by how often they were moved."""

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
        pairs = self._gradients()
        if pairs and self.weight_decay:
            params, grads = map(list, zip(*pairs, strict=True))
            decayed = torch._foreach_add(grads, params, alpha=self.weight_decay)  # noqa: SLF001
            pairs = list(zip(params, decayed, strict=True))
        self._move(pairs)

    def _gradients(self):
        pairs = [(p, p.grad) for p in self.params if p.grad is not None]
        if any(g.is_sparse for _, g in pairs):
            raise RuntimeError("Adam does not take sparse gradients")
        return [(p, -g) for p, g in pairs] if self.maximize else pairs

    def _move(self, pairs):
        for p, _ in pairs:
            if p not in self.state:
                zeros = torch.zeros_like(p)
                self.state[p] = {"step": 0, "exp_avg": zeros, "exp_avg_sq": zeros.clone()}
            self.state[p]["step"] += 1
        for step in {self.state[p]["step"] for p, _ in pairs}:
            self._move_group([(p, g) for p, g in pairs if self.state[p]["step"] == step], step)

    def _move_group(self, pairs, step):
        params, grads = map(list, zip(*pairs, strict=True))
        means, squares = (
            [self.state[p][name] for p in params] for name in ("exp_avg", "exp_avg_sq")
        )
        beta1, beta2 = self.betas
        torch._foreach_lerp_(means, grads, 1 - beta1)
        torch._foreach_mul_(squares, beta2)
        torch._foreach_addcmul_(squares, grads, grads, 1 - beta2)
        roots = torch._foreach_sqrt(squares)  # noqa: SLF001
        torch._foreach_div_(roots, (1 - beta2**step) ** 0.5)
        torch._foreach_add_(roots, self.eps)
        torch._foreach_addcdiv_(params, means, roots, -self.lr / (1 - beta1**step))


class AdamW(Adam):
    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, *, maximize=False
    ):
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)

    @torch.no_grad()
    def step(self):
        pairs = self._gradients()
        if pairs and self.weight_decay:
            torch._foreach_mul_([p for p, _ in pairs], 1 - self.lr * self.weight_decay)
        self._move(pairs)
