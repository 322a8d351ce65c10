"""Fill our templates: pages that stand alone, without scripts, in one style.

Jinja2 escapes whatever a template shows, so that no word of student code becomes markup.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.language import language, tr, trn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from autograder.results.drawing import Drawing

__all__ = ["rendered", "shown", "style", "whole_page"]

_TEMPLATES = Path(__file__).with_name("templates")


def rendered(template: str, **facts: Any) -> str:
    """Return *template* filled with *facts*."""
    return _environment().get_template(template).render(**facts)


def whole_page(title: str, fragment: str) -> str:
    """Return *fragment*, which is markup of our own making, as a page."""
    return rendered("page.html", title=title, fragment=_ours(fragment), language=language())


def style(*names: str) -> Markup:
    """Return style sheets, one after the other."""
    return _ours("".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in names))


def shown(drawing: Drawing) -> Mapping[str, str]:
    """Return *drawing* as a template takes it."""
    return {"svg": _ours(drawing.to_svg()), "caption": drawing.caption}


def _ours(text: str) -> Markup:
    """Return *text*, which is markup of our own making, as what need not be escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - no word of a student's is in it unescaped


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(tr=tr, trn=trn)
    environment.filters["spelt"] = _spelt
    return environment


def _spelt(text: str) -> Markup:
    """Return *text* with what stands between backticks as code."""
    from markupsafe import escape

    return _ours(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
