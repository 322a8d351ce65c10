"""Adam and AdamW, as torch does them."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


class Adam:
    """Moves each element by about lr, against the mean of its recent gradients."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        """Remember all that."""
        if lr < 0 or eps < 0 or weight_decay < 0 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError("lr, eps, weight_decay >= 0 and 0 <= beta < 1 are needed")
        self.params = list(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.weight_decay, self.maximize = weight_decay, maximize
        self.state: dict[Tensor, dict[str, Any]] = {}

    def zero_grad(self) -> None:
        """Clear every gradient."""
        for parameter in self.params:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient; decay is a part of the gradient."""
        for p, g in self._gradients():
            self._move(p, g + self.weight_decay * p if self.weight_decay else g)

    def _gradients(self) -> list[tuple[Tensor, Tensor]]:
        """Return the parameters that have a gradient, and what to walk against."""
        pairs = [(p, p.grad) for p in self.params if p.grad is not None]
        if any(g.is_sparse for _, g in pairs):
            raise RuntimeError("Adam does not take sparse gradients")
        return [(p, -g) for p, g in pairs] if self.maximize else pairs

    def _move(self, p: Tensor, g: Tensor) -> None:
        """Move *p* against the running mean of *g*."""
        if p not in self.state:
            means = {name: torch.zeros_like(p) for name in ("exp_avg", "exp_avg_sq")}
            self.state[p] = {"step": 0, **means}
        state = self.state[p]
        state["step"] += 1
        beta1, beta2 = self.betas
        state["exp_avg"].lerp_(g, 1 - beta1)
        state["exp_avg_sq"].mul_(beta2).addcmul_(g, g, value=1 - beta2)
        m = state["exp_avg"] / (1 - beta1 ** state["step"])
        v = state["exp_avg_sq"] / (1 - beta2 ** state["step"])
        p.sub_(self.lr * m / (v.sqrt() + self.eps))


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself and not the gradient."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        *,
        maximize: bool = False,
    ) -> None:
        """Remember all that, with another default."""
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)

    @torch.no_grad()
    def step(self) -> None:
        """Shrink every parameter that has a gradient, then move it."""
        for p, g in self._gradients():
            p.mul_(1 - self.lr * self.weight_decay)
            self._move(p, g)
