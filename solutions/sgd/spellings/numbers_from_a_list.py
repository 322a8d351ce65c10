"""Numbers parameters by their place in one flat list; fills the defaults in with `setdefault`."""

import torch


class SGD:
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
        self.state = {}
        given = list(params)
        if not given:
            raise ValueError("no parameters")
        groups = given if isinstance(given[0], dict) else [{"params": given}]
        for group in groups:
            self.add_param_group(dict(group))

    def add_param_group(self, param_group):
        params = param_group["params"]
        if isinstance(params, torch.Tensor):
            params = [params]
        param_group["params"] = params = list(params)
        for name, value in self.defaults.items():
            param_group.setdefault(name, value)
        for p in params:
            if not isinstance(p, torch.Tensor):
                raise TypeError("params must be tensors")
            if not p.is_leaf:
                raise ValueError("no leaf")
            if any(p is q for q in self._all()):
                raise ValueError("in another group")
        self.param_groups.append(param_group)

    def _all(self):
        return [p for group in self.param_groups for p in group["params"]]

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
        g = p.grad.neg() if group["maximize"] else p.grad
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
        p.copy_(p - group["lr"] * g)

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad.data.fill_(0)

    def state_dict(self):
        everything = self._all()
        number = {id(p): i for i, p in reversed(list(enumerate(everything)))}
        groups = []
        for group in self.param_groups:
            saved = dict(group)
            saved["params"] = [number[id(p)] for p in group["params"]]
            groups.append(saved)
        state = {number[id(p)]: self.state[p] for p in everything if self.state.get(p)}
        return {"param_groups": groups, "state": state}

    def load_state_dict(self, state_dict):
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("another number of groups")
        owner = {}
        for mine, theirs in zip(self.param_groups, saved, strict=True):
            if len(mine["params"]) != len(theirs["params"]):
                raise ValueError("a group of another size")
            owner.update(zip(theirs["params"], mine["params"], strict=True))
        for mine, theirs in zip(self.param_groups, saved, strict=True):
            mine.update({name: value for name, value in theirs.items() if name != "params"})
        self.state = {}
        for number, entry in state_dict["state"].items():
            self.state[owner[number]] = {name: value.clone() for name, value in entry.items()}
