"""One generator walks over everything; state makes itself; every change is one `add_`."""

import copy
from collections import defaultdict

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
        if torch.is_tensor(params):
            raise TypeError("one tensor is no list of parameters")
        if torch.is_tensor(lr) and lr.numel() != 1:
            raise ValueError("one rate, please")
        if min(lr, momentum, weight_decay) < 0:
            raise ValueError("settings are not negative")
        if nesterov and not (momentum and not dampening):
            raise ValueError("nesterov: momentum without dampening")
        self._defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        self.state = defaultdict(dict)
        self.param_groups = []
        params = [*params]
        if len(params) == 0:
            raise ValueError("nothing to do")
        if not isinstance(params[0], dict):
            params = [{"params": params}]
        for group in params:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        group = self._defaults | param_group
        given = group["params"]
        group["params"] = [given] if torch.is_tensor(given) else [*given]
        taken = set(self._parameters())
        for p in group["params"]:
            if not torch.is_tensor(p):
                raise TypeError("tensors only")
            if p in taken or not p.is_leaf:
                raise ValueError("each leaf once")
        self.param_groups += [group]

    def _parameters(self):
        for group in self.param_groups:
            yield from group["params"]

    def step(self, closure=None):
        with torch.enable_grad():
            loss = closure() if closure else None
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        p.add_(self._direction(p, group) * group["lr"], alpha=-1)
        return loss

    def _direction(self, p, group):
        g = torch.neg(p.grad) if group["maximize"] else p.grad
        if group["weight_decay"]:
            g = torch.add(g, p, alpha=group["weight_decay"])
        if not group["momentum"]:
            return g
        b = self._buffer(p, g, group)
        return g + b * group["momentum"] if group["nesterov"] else b

    def _buffer(self, p, g, group):
        kept = self.state[p]
        if "momentum_buffer" not in kept:
            kept["momentum_buffer"] = torch.clone(g).detach()
            return kept["momentum_buffer"]
        kept["momentum_buffer"] *= group["momentum"]
        kept["momentum_buffer"] += g * (1 - group["dampening"])
        return kept["momentum_buffer"]

    def zero_grad(self, set_to_none=True):
        for p in self._parameters():
            if p.grad is None:
                continue
            if set_to_none:
                p.grad = None
            else:
                p.grad.copy_(torch.zeros_like(p.grad))

    def state_dict(self):
        place = {}
        for p in self._parameters():
            place.setdefault(p, len(place))
        return {
            "param_groups": [
                group | {"params": [place[p] for p in group["params"]]}
                for group in self.param_groups
            ],
            "state": {place[p]: kept for p, kept in self.state.items()},
        }

    def load_state_dict(self, state_dict):
        groups = copy.deepcopy(state_dict["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError("other groups")
        owner = {}
        for group, mine in zip(groups, self.param_groups, strict=True):
            if len(group["params"]) != len(mine["params"]):
                raise ValueError("groups of other sizes")
            owner |= dict(zip(group["params"], mine["params"], strict=True))
            group["params"] = mine["params"]
        self.param_groups = groups
        self.state = defaultdict(dict)
        for number, kept in state_dict["state"].items():
            self.state[owner[number]] |= copy.deepcopy(kept)
