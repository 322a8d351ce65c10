"""Experiments on `impl.MiniModule`: what is registered, listed, switched and copied.

The classes that are derived from it are made anew for each implementation. Values tell
parameters apart, since numbers are compared in the judge. Every list is bounded.
"""

import contextlib
import copy
import gc
import io
import pickle
import sys
from itertools import islice

import torch
from torch import nn

from autograder.probing import raised

_MANY = 500
_FILE = "module.py"


def _parameter(value):
    return nn.Parameter(value.clone())


def _named(module, *args):
    """Return names and values of the parameters, in order."""
    return [(name, p.detach()) for name, p in islice(module.named_parameters(*args), _MANY)]


def _linear(weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0]).to(weight.dtype)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


def _leaf(impl, value, name="weight"):
    """Make a module with one parameter."""
    module = impl.MiniModule()
    setattr(module, name, _parameter(value))
    return module


def _error(call):
    """Return the name of the exception that *call* raises and its text; None where it does not."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - any exception is an observation here
        return {"raised": type(error).__name__, "text": str(error)}
    return None


def own_parameters(impl, values):
    """Assign parameters to attributes; return names and values as listed, and as read back."""
    module, other = impl.MiniModule(), impl.MiniModule()
    other.of_another_module = _parameter(next(iter(values.values())))
    for name, value in values.items():
        setattr(module, name, _parameter(value))
    return {
        "listed": _named(module),
        "read": {name: getattr(module, name, "missing") for name in values},
    }


def plain_values(impl, value):
    """Assign values that are no parameters; return what is listed, and what is read back."""
    module = impl.MiniModule()
    plain = {
        "tensor": value,
        "with_grad": value.clone().requires_grad_(),
        "number": 3,
        "text": "relu",
        "absent": None,
        "items": [1, 2],
        "_hidden": 0.5,
    }
    for name, item in plain.items():
        setattr(module, name, item)
    module.layers = [_leaf(impl, value)]
    module.weights = {"w": _parameter(value)}
    module.kind = nn.Linear
    module.own_kind = impl.MiniModule
    return {
        "read": {name: getattr(module, name, "missing") for name in plain},
        "classes": module.kind is nn.Linear and module.own_kind is impl.MiniModule,
        "listed": [name for name, _ in _named(module)],
        "children": [type(c).__name__ for c in islice(module.children(), _MANY)],
    }


def tree(impl, a, b, c, d):
    """Return the parameters of modules that are nested three deep."""
    root, child, grandchild = _leaf(impl, a), _leaf(impl, b), _leaf(impl, c)
    child.inner = grandchild
    grandchild.deep = _leaf(impl, d, "bias")
    root.child = child
    return _named(root)


def torch_children(impl, weight, bias, value):
    """Return the parameters of a module that holds modules of torch."""
    module = impl.MiniModule()
    module.layer = _linear(weight, bias)
    module.block = nn.ModuleList([nn.Tanh(), _linear(weight + 1, bias + 1)])
    module.own = _leaf(impl, value)
    return _named(module)


def mixed_order(impl, values):
    """Return names after children and parameters were assigned in turn."""
    module = impl.MiniModule()
    module.b = _leaf(impl, values[0])
    module.p = _parameter(values[1])
    module.a = _leaf(impl, values[2])
    module.q = _parameter(values[3])
    return _named(module)


def reassigned(impl, values):
    """Return the parameters after a parameter and a child were assigned a second time."""
    module = impl.MiniModule()
    module.p, module.q = _parameter(values[0]), _parameter(values[1])
    module.a, module.b = _leaf(impl, values[2]), _leaf(impl, values[3])
    module.p = _parameter(values[4])
    module.a = _leaf(impl, values[5])
    return {"listed": _named(module), "p": module.p, "a.weight": module.a.weight}


def changed_kind(impl, value):
    """Return what is listed after a plain value became a parameter, and a child a parameter."""
    module = impl.MiniModule()
    module.scale = 2
    module.scale = _parameter(value)
    module.part = _leaf(impl, value)
    module.part = None
    return {
        "listed": _named(module),
        "children": len(list(islice(module.children(), _MANY))),
        "part": module.part,
    }


def taken_out(impl, values):
    """Return what is listed after None was assigned over a parameter."""
    module = impl.MiniModule()
    module.p, module.q = _parameter(values[0]), _parameter(values[1])
    module.p = None
    return {"listed": _named(module), "p": module.p}


def tensor_over_parameter(impl, value):
    """Return what assigning a tensor and a number over a parameter raises, and what is left."""
    module = _leaf(impl, value)
    seen = {
        "a tensor": raised(setattr, module, "weight", value + 1),
        "a number": raised(setattr, module, "weight", 3),
    }
    return {"raised": seen, "listed": _named(module), "read": module.weight}


def deleted(impl, values):
    """Return what is listed after a parameter and a child were deleted, and what is left of them."""
    module = impl.MiniModule()
    module.p, module.q = _parameter(values[0]), _parameter(values[1])
    module.a, module.b = _leaf(impl, values[2]), _leaf(impl, values[3])
    module.number = 3
    del module.p
    del module.a
    del module.number
    return {
        "listed": _named(module),
        "children": len(list(islice(module.children(), _MANY))),
        "left": [name for name in ("p", "a", "number") if hasattr(module, name)],
        "a missing one": raised(delattr, module, "never_there"),
    }


def missing(impl, value):
    """Return what reading an attribute raises that was never there, and one that was deleted."""

    class Small(impl.MiniModule):
        pass

    module = Small()
    module.weight = _parameter(value)
    module.gone = _parameter(value)
    del module.gone
    return {name: _error(lambda name=name: getattr(module, name)) for name in ("wieght", "gone")}


def before_init(impl, value):
    """Return what assigning before `__init__` raises, and how many parameters are listed then."""
    listed = []

    class Early(impl.MiniModule):
        def __init__(self, item):
            self.item = item
            with contextlib.suppress(Exception):
                listed.append(len(_named(self)))
            super().__init__()

    return {
        "raised": {
            "a parameter": _error(lambda: Early(_parameter(value))),
            "a child": _error(lambda: Early(nn.Tanh())),
        },
        "listed": listed,
    }


def shared_parameters(impl, values):
    """Return the parameters of a model with tied weights, in one module and in several."""
    module = impl.MiniModule()
    module.own = module.again = _parameter(values[0])
    module.first = _leaf(impl, values[1])
    second = impl.MiniModule()
    second.tied = module.first.weight
    second.last = _parameter(values[2])
    module.second = second
    return _named(module)


def shared_modules(impl, value):
    """Return what is listed of a module that hangs in the tree in three places."""
    module, middle, leaf = impl.MiniModule(), impl.MiniModule(), _leaf(impl, value)
    module.one = module.two = leaf
    middle.three = leaf
    module.middle = middle
    return {
        "parameters": _named(module),
        "children": [_place(c, middle=middle, leaf=leaf) for c in islice(module.children(), _MANY)],
        "modules": [
            _place(m, module=module, middle=middle, leaf=leaf)
            for m in islice(module.modules(), _MANY)
        ],
    }


def _place(item, **modules):
    return next((name for name, module in modules.items() if module is item), "something else")


def cycle(impl, values):
    """Return what is listed of a child that knows its parent."""
    parent, child = _leaf(impl, values[0]), _leaf(impl, values[1])
    parent.child = child
    child.parent = parent
    return {
        "parameters": _named(parent),
        "modules": [_place(m, parent=parent, child=child) for m in islice(parent.modules(), _MANY)],
    }


def iterators(impl, values):
    """Return what `parameters` gives: its first one, all of them twice, and whether it is lazy."""
    module = _leaf(impl, values[0])
    module.child = _leaf(impl, values[1])
    seen = {"first": next(module.parameters()).detach()}
    seen["once"], seen["twice"] = (
        [p.detach() for p in islice(module.parameters(), _MANY)] for _ in range(2)
    )
    module.late = _leaf(impl, values[2])
    seen["with a later child"] = [p.detach() for p in islice(module.parameters(), _MANY)]
    own = [module.weight, module.child.weight, module.late.weight]
    listed = list(islice(module.parameters(), _MANY))
    seen["the same objects"] = [p is q for p, q in zip(listed, own, strict=False)]
    seen["first name"] = next(module.named_parameters())[0]
    return seen


def prefixed(impl, values):
    """Return the parameters under a prefix."""
    module = _leaf(impl, values[0])
    module.child = _leaf(impl, values[1])
    return _named(module, "model.encoder")


def walks(impl, value):
    """Return children and modules of a tree, by their place in it."""
    root, a, b, c = (impl.MiniModule() for _ in range(4))
    layer = nn.Tanh()
    root.b = b
    root.weight = _parameter(value)
    root.a = a
    b.c = c
    a.layer = layer
    places = {"root": root, "b": b, "b.c": c, "a": a, "a.layer": layer}
    return {
        "children": [_place(m, **places) for m in islice(root.children(), _MANY)],
        "children of b": [_place(m, **places) for m in islice(b.children(), _MANY)],
        "modules": [_place(m, **places) for m in islice(root.modules(), _MANY)],
    }


def modes(impl, x):
    """Return the modes of all modules, and what dropout does, at first and after each switch."""
    root, child, other = impl.MiniModule(), impl.MiniModule(), impl.MiniModule()
    dropout = nn.Dropout(1.0)  # drops everything, and only while it is training
    child.inner = other
    child.block = nn.ModuleList([dropout])
    root.child = child
    switches = {
        "at first": lambda: root,
        "after eval()": root.eval,
        "after train()": root.train,
        "after train(False)": lambda: root.train(False),
        "after train(True)": lambda: root.train(True),
        "after eval() of a child and train()": lambda: [other.eval(), root.train()][1],
    }
    seen = {}
    for name, switch in switches.items():
        returned = switch()
        seen[name] = {
            "training": [m.training for m in (root, child, other, child.block, dropout)],
            "dropout": dropout(x),
            "returns itself": returned is root,
        }
    return seen


def cleared(impl, values, grads):
    """Return all gradients after zero_grad; where *grads* has None, there was none before."""
    root = _leaf(impl, values[0])
    root.child = _leaf(impl, values[1])
    root.child.layer = _linear(values[2], values[3])
    parameters = [
        root.weight,
        root.child.weight,
        root.child.layer.weight,
        root.child.layer.bias,
    ]
    for p, grad in zip(parameters, grads, strict=True):
        p.grad = None if grad is None else grad.clone()
    root.zero_grad()
    return {
        "gradients": [None if p.grad is None else p.grad.clone() for p in parameters],
        "values": [p.detach() for p in parameters],
    }


def calls(impl, x):
    """Return what calls with several arguments return, also after `forward` was replaced."""

    class Scaled(impl.MiniModule):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor

        def forward(self, x, *more, shift=0, **named):
            return x * self.factor + shift, more, named

    class Nothing(impl.MiniModule):
        def forward(self):
            return None

    module = Scaled(3)
    seen = {
        "module(x)": module(x),
        "module(x, 1, 2)": module(x, 1, 2),
        "module(x, shift=5, name='a')": module(x, shift=5, name="a"),
        "Nothing()()": Nothing()(),
    }
    module.forward = lambda x: x - 1
    return seen | {"module(x) with another forward": module(x)}


def call_without_forward(impl):
    """Return what calling a module without `forward` raises."""

    class Unfinished(impl.MiniModule):
        pass

    return _error(lambda: Unfinished()(1))


def error_inside_forward(impl):
    """Return what a call raises whose `forward` has an error of its own."""

    class Broken(impl.MiniModule):
        def forward(self, x):
            return self.lair(x)

    return _error(lambda: Broken()(1))


def copies(impl, values):
    """Return the parameters of copies that were changed, and of the original."""
    module = _leaf(impl, values[0])
    module.child = _leaf(impl, values[1])
    module.child.tied = module.weight
    mode = module.training
    seen = {}
    for name, twin in (
        ("deepcopy", copy.deepcopy(module)),
        ("pickle", pickle.loads(pickle.dumps(module))),  # noqa: S301 - it is our own, in the cage
    ):
        with torch.no_grad():
            twin.weight.add_(1)
        twin.late = _parameter(values[2])
        seen[f"{name}, changed"] = _named(twin)
        seen[f"{name}, tied weight"] = twin.child.tied.detach().clone()
        twin.eval()
    return seen | {"the original": _named(module), "its mode changed": module.training is not mode}


def through_a_property(impl, value):
    """Return what is there after a property with a setter was assigned."""

    class Guarded(impl.MiniModule):
        def __init__(self):
            super().__init__()
            self.celsius = 0.0

        @property
        def kelvin(self):
            return self.celsius + 273.0

        @kelvin.setter
        def kelvin(self, degrees):
            self.celsius = degrees - 273.0

    module = Guarded()
    module.kelvin = 300.0
    module.weight = _parameter(value)
    return {"celsius": module.celsius, "kelvin": module.kelvin, "listed": _named(module)}


def foundations(impl, value):
    """Return which classes of torch MiniModule builds on, and how many modules of torch it makes."""
    bases = [c.__name__ for c in type.mro(impl.MiniModule) if c.__module__.startswith("torch.")]
    before = _torch_modules()
    kept = [_leaf(impl, value) for _ in range(20)]
    for module in kept:
        module.child = _leaf(impl, value)
        module.eval()
    made = _torch_modules() - before - sum(isinstance(m, nn.Module) for m in kept)
    return {"bases": bases, "made": made}


def _torch_modules():
    gc.collect()  # what earlier probes left must not go away while we count
    return sum(issubclass(type(item), nn.Module) for item in gc.get_objects())


class _Calls:
    """Count the frames of an implementation's own file that are entered or resumed."""

    def __init__(self):
        self.total = 0

    def __enter__(self):
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _seen(self, frame, event, argument):
        if event == "call" and frame.f_code.co_filename.endswith(_FILE):
            self.total += 1


def frames(impl, width, value):
    """Return how many frames it takes to list the parameters of a tree of *width*³ leaves."""
    root = impl.MiniModule()
    for i in range(width):
        branch = impl.MiniModule()
        for j in range(width):
            twig = impl.MiniModule()
            for k in range(width):
                setattr(twig, f"leaf{k}", _leaf(impl, value))
            setattr(branch, f"twig{j}", twig)
        setattr(root, f"branch{i}", branch)
    with _Calls() as listing:
        listed = list(root.parameters())
    with _Calls() as walking:
        modules = list(root.modules())
    return {
        "parameters": len(listed),
        "frames of parameters": listing.total,
        "modules": len(modules),
        "frames of modules": walking.total,
    }


def silence(impl, value):
    """Return whether anything is printed while a module is used."""
    with contextlib.redirect_stdout(io.StringIO()) as page:
        module = _leaf(impl, value)
        module.child = _leaf(impl, value)
        module.eval()
        _named(module)
        module.zero_grad()
    print(page.getvalue(), end="")  # what was printed stands in the feedback, check by check
    return bool(page.getvalue())


def _grow(impl, plan, pool):
    """Make the module that *plan* describes: a list of (name, kind, content)."""
    module = impl.MiniModule()
    for name, kind, content in plan:
        if kind == "module":
            setattr(module, name, _grow(impl, content, pool))
        elif kind == "parameter":
            setattr(module, name, pool[content])
        elif kind == "layer":
            weight = pool[content].detach()
            setattr(module, name, _linear(weight, weight[:, 0]))
        elif kind == "delete":
            delattr(module, name)
        else:
            setattr(module, name, content)
    return module


def grown(impl, plan, values):
    """Return what is listed of the tree that *plan* describes; parameters come from one pool."""
    module = _grow(impl, plan, [_parameter(value) for value in values])
    return {
        "parameters": _named(module),
        "children": len(list(islice(module.children(), _MANY))),
        "modules": [_count(m) for m in islice(module.modules(), _MANY)],
    }


def _count(module):
    """Return how many parameters are below *module*, which tells most modules of a tree apart."""
    return sum(1 for _ in islice(module.named_parameters(), _MANY))


def train(impl, values, x, y, lr):
    """Train a model with a tied weight by torch's own optimizer; return losses and parameters."""

    class Scale(impl.MiniModule):
        def __init__(self, value):
            super().__init__()
            self.weight = _parameter(value)

        def forward(self, x):
            return x @ self.weight

    class Model(impl.MiniModule):
        def __init__(self):
            super().__init__()
            self.first, self.second = Scale(values[0]), Scale(values[1])
            self.third = Scale(values[2])
            self.third.weight = self.first.weight
            self.layer = _linear(values[3], values[4])

        def forward(self, x):
            for part in (self.first, self.second, self.third):
                x = torch.tanh(part(x))
            return self.layer(x)

    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    losses = []
    for _ in range(30):
        model.zero_grad()
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "parameters": _named(model)}
