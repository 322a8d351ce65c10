"""Fails: two_optimizers_keep_apart, state_has_one_buffer_for_each_parameter.

Says: `state` belongs to the class, so all optimizers of a program share it. Make it in
`__init__`.
"""

import torch


class SGD:
    state = {}  # noqa: RUF012 - this is the mistake

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        *,
        maximize=False,
    ):
        if isinstance(params, torch.Tensor):
            raise TypeError("params must be an iterable")
        if isinstance(lr, torch.Tensor) and lr.numel() != 1:
            raise ValueError("lr must have one element")
        if lr < 0 or momentum < 0 or weight_decay < 0:
            raise ValueError("a setting is negative")
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("nesterov needs momentum and no dampening")
        self.defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        self.param_groups = []
        given = list(params)
        if not given:
            raise ValueError("no parameters")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        params = param_group["params"]
        params = [params] if isinstance(params, torch.Tensor) else list(params)
        known = {id(p) for group in self.param_groups for p in group["params"]}
        for p in params:
            if not isinstance(p, torch.Tensor):
                raise TypeError("params must be tensors")
            if not p.is_leaf or id(p) in known:
                raise ValueError("not a leaf, or in another group")
        self.param_groups.append({**self.defaults, **param_group, "params": params})

    @torch.no_grad()
    def step(self, closure=None):
        returned = None
        if closure is not None:
            with torch.enable_grad():
                returned = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self._update(p, group)
        return returned

    def _update(self, p, group):
        g = -p.grad if group["maximize"] else p.grad
        if group["weight_decay"] != 0:
            g = g.add(p, alpha=group["weight_decay"])
        if group["momentum"] != 0:
            state = self.state.setdefault(p, {})
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = g.clone()
            else:
                buffer.mul_(group["momentum"]).add_(g, alpha=1 - group["dampening"])
            g = g.add(buffer, alpha=group["momentum"]) if group["nesterov"] else buffer
        p.sub_(group["lr"] * g)

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad.zero_()

    def state_dict(self):
        numbers = {}
        for group in self.param_groups:
            for p in group["params"]:
                numbers.setdefault(p, len(numbers))
        groups = [{**g, "params": [numbers[p] for p in g["params"]]} for g in self.param_groups]
        state = {numbers[p]: dict(values) for p, values in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        saved = state_dict["param_groups"]
        ours = [group["params"] for group in self.param_groups]
        if [len(group["params"]) for group in saved] != [len(params) for params in ours]:
            raise ValueError("other groups")
        numbers = [number for group in saved for number in group["params"]]
        flat = [p for params in ours for p in params]
        owners = dict(zip(numbers, flat, strict=True))
        self.state = {
            owners[number]: {
                name: value.to(owners[number], copy=True) if hasattr(value, "to") else value
                for name, value in values.items()
            }
            for number, values in state_dict["state"].items()
        }
        self.param_groups = [{**g, "params": ps} for g, ps in zip(saved, ours, strict=True)]
