"""Read nbgrader's feedback page: the pieces of it that are ours, as plain text for a terminal."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from autograder.integrations.fragment import MARKER
from autograder.results.printable import printable

__all__ = ["text_of_page"]

_LINES = {"div", "tr", "pre", "h4", "li", "p"}
_VOID = {"br", "hr", "img", "input", "link", "meta"}
_TOTAL = re.compile(r"\(Score: ([\d.]+) / ([\d.]+)\)")


def text_of_page(page: str) -> str:
    """Return the total and every part's feedback; of a page without any, just the total."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    total = _TOTAL.search(page)
    head = [f"{float(total[1]):g} of {float(total[2]):g} points"] if total else []
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.text).split("\n"))
    body = [line for line in lines if line]
    return printable("\n".join(head + body), lines=400)


class _Reader(HTMLParser):
    """Collects the text inside elements of our class."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        if self._depth:
            self._depth += tag not in _VOID
        elif (dict(attrs).get("class") or "").split()[:1] == [MARKER]:
            self._depth = 1
        if self._depth and tag in _LINES:
            self.text.append("\n")
        elif self._depth and tag == "td":
            self.text.append("  ")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._depth and tag not in _VOID:
            self._depth -= 1
            if tag in _LINES:
                self.text.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the text of ours."""
        if self._depth:
            self.text.append(data)
