"""Source is read for what it offers and for what is still to be written in it."""

from __future__ import annotations

from autograder.course.reading import functions, signatures, todos, with_bodies


def test_signatures_are_those_of_public_functions_and_methods():
    """By dotted name, with annotations and defaults."""
    source = "def f(a, *, b=1): pass\nclass C:\n    x = 1\n    def m(self, y: int) -> str: pass\n"

    assert signatures(source) == {"f": "a, *, b=1", "C.m": "self, y: int"}


def test_only_what_is_still_to_be_written_is_replaced():
    """Given code stays, docstrings stay, and the result is Python."""
    stub = (
        "class C:\n    def __init__(self, a):\n        self.a = a\n"
        "    def m(self):\n        'Doc.'\n        raise NotImplementedError('C.m')\n"
        "def f():\n    raise NotImplementedError('f')\n"
    )

    idle, own = with_bodies(stub, "pass"), with_bodies(stub, "return self")

    assert "self.a = a" in idle
    assert "'Doc.'" in idle or '"""Doc."""' in idle
    assert "NotImplementedError" not in idle
    assert own.count("return self") == 1


def test_what_is_still_to_write_is_read_function_by_function():
    """Every raise is heard, whatever it says; other exceptions are none."""
    source = (
        "def f():\n    raise NotImplementedError('f: do it')\n"
        "def g(x):\n    if x: raise NotImplementedError\n    raise ValueError('x')\n"
    )

    said = {name: list(todos(function)) for name, function in functions(source).items()}

    assert said == {"f": ["f: do it"], "g": [""]}
