"""Gradient descent with momentum, weight decay, groups and state, as `torch.optim.SGD`."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor


class SGD:
    """Moves parameters against their gradients, with momentum."""

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        """Make the groups: one of all *params*, or one for each dict in *params*."""
        if isinstance(params, Tensor):
            raise TypeError("params must be an iterable of tensors or dicts, got one tensor")
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("a tensor lr must have one element")
        if lr < 0 or momentum < 0 or weight_decay < 0:
            raise ValueError("lr, momentum and weight_decay must not be negative")
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("nesterov needs momentum, and no dampening")
        self.defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Tensor, dict[str, Any]] = {}  # a tensor's hash is its identity
        given = list(params)
        if not given:
            raise ValueError("there are no parameters")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group: `"params"`, a tensor or any iterable of them, and settings of its own."""
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        known = {id(p) for group in self.param_groups for p in group["params"]}
        for p in params:
            if not isinstance(p, Tensor):
                raise TypeError(f"params must be tensors, got {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError("only leaf tensors can be optimized")
            if id(p) in known:
                raise ValueError("a parameter belongs to another group already")
        self.param_groups.append({**self.defaults, **param_group, "params": params})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place; return what *closure* returns."""
        returned = None
        if closure is not None:
            with torch.enable_grad():
                returned = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self._update(p, group)
        return returned

    def _update(self, p: Tensor, group: dict[str, Any]) -> None:
        g = -p.grad if group["maximize"] else p.grad
        if group["weight_decay"] != 0:
            g = g.add(p, alpha=group["weight_decay"])
        if group["momentum"] != 0:
            g = self._direction(p, g, group)
        p.sub_(group["lr"] * g)

    def _direction(self, p: Tensor, g: Tensor, group: dict[str, Any]) -> Tensor:
        state = self.state.setdefault(p, {})
        buffer = state.get("momentum_buffer")
        if buffer is None:
            # A copy, since g may be `p.grad` itself, which zero_grad may clear in place.
            buffer = state["momentum_buffer"] = g.clone()
        else:
            buffer.mul_(group["momentum"]).add_(g, alpha=1 - group["dampening"])
        return g.add(buffer, alpha=group["momentum"]) if group["nesterov"] else buffer

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Make every gradient None, or with *set_to_none* False zero in place."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad.detach_().zero_()

    def state_dict(self) -> dict[str, Any]:
        """Return `{"state": …, "param_groups": …}`, with numbers in the place of parameters."""
        numbers: dict[Tensor, int] = {}
        for group in self.param_groups:
            for p in group["params"]:
                numbers.setdefault(p, len(numbers))
        groups = [{**g, "params": [numbers[p] for p in g["params"]]} for g in self.param_groups]
        state = {numbers[p]: dict(values) for p, values in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over settings and state from *state_dict*; the parameters stay those of here."""
        saved = state_dict["param_groups"]
        ours = [group["params"] for group in self.param_groups]
        if [len(group["params"]) for group in saved] != [len(params) for params in ours]:
            raise ValueError("the groups differ in number or size")
        owners = {
            number: p
            for group, params in zip(saved, ours, strict=True)
            for number, p in zip(group["params"], params, strict=True)
        }
        self.state = {
            owners[number]: {name: _copy_for(owners[number], v) for name, v in values.items()}
            for number, values in state_dict["state"].items()
        }
        self.param_groups = [
            {**group, "params": params} for group, params in zip(saved, ours, strict=True)
        ]


def _copy_for(p: Tensor, value: Any) -> Any:
    """Return a copy of *value* that lies where *p* lies."""
    return value.to(p, copy=True) if isinstance(value, Tensor) else value
