"""The page stands alone, shows no word of student code as markup, and can be read by everybody."""

from __future__ import annotations

from html.parser import HTMLParser

import msgspec
import pytest

from autograder.results import page
from autograder.results.markup import style
from autograder.results.picture import Batches, Curves, Matrices, Path
from autograder.results.report import Diagnosis, Problem, Speed, Where
from autograder.results.story import Setting
from autograder.results.verdict import Verdict

_SETTING = Setting(title="Adder", next_step="Go on.")
_EVIL = "<script>alert(1)</script>\x1b[31m&<b onclick='x'>"
_PICTURES = [
    Curves((1.0, None, 2.0, 3.0), (1.0, 2.0, 3.0, 4.0)),
    Matrices(((1.0, 2.0), (None, 4.0)), ((1.0, 2.0), (3.0, 4.0))),
    Batches(((0, 1), (2, -1)), ((0, 1), (2, 3))),
    Path(((1.0, 1.0), (0.5, None)), ((1.0, 1.0), (0.5, 0.4)), (1.0, 3.0)),
]


class _Reader(HTMLParser):
    """Collects tags and texts, and sees to it that every tag is closed in its place."""

    _VOID = frozenset({"meta", "br", "use"})

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self._VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def _read(text):
    reader = _Reader()
    reader.feed(text)
    assert not reader.open
    return reader


@pytest.fixture
def evil(reports):
    """Give a report in which student code spoke wherever it can."""
    return reports.of(
        reports.check(
            "sum",
            Verdict.FAILED,
            message=_EVIL,
            output=_EVIL,
            where=Where(file=_EVIL, line=1, function=_EVIL, source=_EVIL),
            hint="Add them.",
        ),
        reports.check("neg", Verdict.NOT_IMPLEMENTED, message=_EVIL),
        reports.check("gpu", Verdict.SKIPPED, possible=0.0, message=_EVIL),
        reports.check("ours", Verdict.ERRORED, message=_EVIL),
        reports.check("fine"),
        diagnosis=(Diagnosis(mistake="m", sentence="You subtract.", checks=("sum",)),),
        notices=(_EVIL,),
    )


def test_no_word_of_student_code_becomes_markup(evil):
    """What it says stands there as text; nothing on the page runs."""
    read = _read(page.to_page(evil, _SETTING))

    assert "script" not in read.tags
    assert "<script>alert(1)</script>" in read.text
    assert "\x1b" not in read.text
    assert not [a for a in read.attributes if a[1].startswith("on") or a[1] in ("src", "srcdoc")]


def test_names_of_code_look_like_code(reports):
    """What stands between backticks is set as code, and still escaped."""
    report = reports.of(reports.check("sum", Verdict.FAILED, hint="Ask `a < b`, not `b`"))

    text = page.to_page(report, _SETTING)

    assert "Ask <code>a &lt; b</code>, not <code>b</code>" in text


def test_the_page_stands_alone(evil):
    """It fetches nothing, and says so to the browser."""
    text = page.to_page(evil, _SETTING)

    links = [v for _, name, v in _read(text).attributes if name in ("href", "xlink:href")]
    assert not [link for link in links if not link.startswith(("#", "data:"))]
    assert "default-src 'none'" in text


@pytest.mark.parametrize("picture", _PICTURES, ids=lambda p: type(p).__name__)
def test_pictures_have_words_for_those_who_do_not_see(reports, picture):
    """Every picture names what it shows, and takes its colours from the page."""
    report = reports.of(reports.check("sum", Verdict.FAILED, message="m", picture=picture))

    text = page.to_page(report, _SETTING)

    labels = [v for tag, name, v in _read(text).attributes if (tag, name) == ("svg", "aria-label")]
    assert len(labels) == 1
    assert labels[0].startswith("Sum holds.")
    assert "var(--ink)" in text[text.index("<svg") :]


def test_samples_of_a_speed_check_are_drawn(reports):
    """Also where it passed."""
    speed = Speed(
        ratio=2.0, low=1.9, high=2.1, limit=5.0, samples=3, conclusive=True, reference="torch",
        ratios=(1.9, 2.0, 2.1),
    )  # fmt: skip
    report = reports.of(reports.check("fast", speed=speed))

    assert "at most 5× is allowed" in _read(page.to_page(report, _SETTING)).text


def test_only_the_first_pictures_are_drawn(reports):
    """A page with thirty of them helps nobody."""
    checks = [
        reports.check(f"c{n}", Verdict.FAILED, message=f"m{n}", picture=_PICTURES[0])
        for n in range(9)
    ]

    assert page.to_page(reports.of(*checks), _SETTING).count("<svg") == 3


def test_what_could_not_be_judged_says_why(reports):
    """No score, no bar, one sentence."""
    where = Where(file="adder.py", line=2, source="    def f(:")
    problem = Problem(kind="syntax", sentence="Line 2 is not Python.", where=where, caret=11)
    report = msgspec.structs.replace(reports.of(), gradable=False, problem=problem)

    read = _read(page.to_page(report, _SETTING))

    assert "Line 2 is not Python." in read.text
    assert "def f(:\n      ^" in read.text
    assert "img" not in [value for _, name, value in read.attributes if name == "role"]


def test_a_fragment_is_a_part_of_the_page(evil):
    """What a notebook shows is what the page shows."""
    assert page.to_fragment(evil, _SETTING) in page.to_page(evil, _SETTING)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read(scheme):
    """Text stands out from its ground by 4.5 to 1 at least (WCAG 2.1, 1.4.3)."""
    css = str(style("feedback.css"))
    block = css.split(":root {")[1 if scheme == "light" else 2].split("}", maxsplit=1)[0]
    colours = dict(part.strip().split(": ") for part in block.split(";") if "--" in part)
    grounds = [colours[name] for name in ("--paper", "--sheet", "--code")]
    for name in ("--ink", "--quiet", "--good", "--bad", "--cool"):
        assert all(_contrast(colours[name], ground) >= 4.5 for ground in grounds), name
    assert _contrast(colours["--ink"], colours["--warm-paper"]) >= 4.5


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
