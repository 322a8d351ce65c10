"""A report as HTML: everything that matters is there, hostile text is only text."""

from __future__ import annotations

import base64
from html.parser import HTMLParser

import pytest

from autograder.integrations.display import Feedback, bundles
from autograder.integrations.fragment import fragments
from autograder.integrations.nbgrader.comments import comment_on
from autograder.integrations.returned import text_of_page
from autograder.results.drawing import Drawing
from autograder.results.picture import Curves
from autograder.results.report import Diagnosis, Problem, Score, Speed, Where
from autograder.results.verdict import Verdict

_EVIL = "<script>alert('&')</script>\x1b[31m<img src=x onerror=y>"
_CURVES = Curves((1.0, 2.0, 3.0, 5.0), (1.0, 2.0, 3.0, 4.0))
_SPEED = Speed(
    ratio=2.0,
    low=1.9,
    high=2.1,
    limit=5.0,
    samples=3,
    conclusive=True,
    reference="torch",
    ratios=(0.0, 2.0, 2.1),
)


def fragment(*facts, **options):
    """Return the HTML of a fragment, without what is drawn."""
    return "".join(p for p in fragments(*facts, **options) if isinstance(p, str))


class _Elements(HTMLParser):
    """Collects every element, and every attribute that is no class and no style."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs} - {"class", "style"}


def _hostile(reports, **facts):
    where = Where(file=_EVIL, line=3, function=_EVIL, source=_EVIL)
    told = {"message": _EVIL, "where": where, "output": _EVIL, "hint": _EVIL, "title": _EVIL}
    kinds = (Verdict.FAILED, Verdict.TIMED_OUT, Verdict.FORBIDDEN, Verdict.NOT_IMPLEMENTED)
    checks = [reports.check(f"check{n}", kind, **told) for n, kind in enumerate(kinds)]
    known = Diagnosis(mistake="m", sentence=_EVIL, checks=("check0",))
    return reports.of(*checks, diagnosis=(known,), **facts)


@pytest.mark.parametrize("styled", [True, False])
@pytest.mark.parametrize("part", [None, "correctness"])
def test_hostile_text_is_only_text(reports, styled, part):
    """No element and no attribute comes from what student code said."""
    shown = fragment(_hostile(reports), _EVIL, part=part, styled=styled, closing=_EVIL)

    found = _Elements(shown)
    assert found.elements <= {"div", "b", "pre"}
    assert found.attributes == set()
    assert "\x1b" not in shown
    assert ("style=" in shown) is styled


def test_a_hostile_problem_is_only_text(reports):
    """The same holds where nothing could be judged."""
    where = Where(file=_EVIL, line=1, source=_EVIL)
    problem = Problem(kind="syntax", sentence=_EVIL, where=where)
    report = reports.of(gradable=False, problem=problem, score=Score(earned=0, possible=2))

    assert _Elements(fragment(report, "Adder")).elements == {"div", "b", "pre"}


def test_nbgraders_sanitizer_changes_nothing(reports):
    """What we write without styles passes through it unchanged."""
    clean = pytest.importorskip("nbconvert.filters").clean_html
    drawn = reports.of(reports.check("sum", Verdict.FAILED, message="m", picture=_CURVES))
    told = (reports.passed(), reports.failed(), reports.errored(), reports.ungradable(), drawn)
    for report in told:
        shown = fragment(report, "Adder", styled=False)

        assert clean(shown).replace("\xa0", "&#160;").replace("&nbsp;", "&#160;") == shown


def test_everything_that_matters_is_said(reports):
    """Score, parts, known mistake, failed check, what it said, its hint, and what passed."""
    wrong = reports.check("sum", Verdict.FAILED, message="expected 3, got 2", hint="Add them.")
    same = reports.check("same", Verdict.FAILED, message="expected 3, got 2")
    speed = Speed(
        ratio=2.0, low=1.9, high=2.1, limit=5.0, samples=9, conclusive=True, reference="torch"
    )
    quick = reports.check("quick", part="speed", speed=speed)
    waits = reports.check("waits", Verdict.SKIPPED, builds_on="sum")
    absent = reports.check("absent", Verdict.SKIPPED, possible=0.0)
    known = Diagnosis(mistake="subtracts", sentence="You subtract.", checks=("sum",))
    report = reports.of(wrong, same, quick, waits, absent, diagnosis=(known,))

    text = text_of_page(fragment(report, "Adder", closing="Go on."))

    assert text.splitlines() == [
        "Adder 1 of 4 points",
        "correctness 0 of 3 points 0 of 3 checks",
        "speed 1 of 1 points 1 of 1 check",
        "Your code behaves like this known mistake: You subtract.",
        "yours 2×, torch 1×; at most 5× is allowed",
        "✗ Sum holds.",
        "1 more check ended in the same way.",
        "expected 3, got 2",
        "Hint: Add them.",
        "1 more check could not be judged yet.",
        "✓ 1 check passed.",
        "Go on.",
    ]


@pytest.mark.parametrize("styled", [True, False])
def test_a_picture_stands_below_what_it_belongs_to(reports, styled):
    """After the failed check comes its picture, then its caption, then the next check."""
    report = reports.of(
        reports.check("sum", Verdict.FAILED, message="m", picture=_CURVES, hint="Add them."),
        reports.check("far", Verdict.FAILED, message="n"),
    )

    before, picture, after = fragments(report, "Adder", styled=styled)

    assert "Add them." in before
    assert "Far holds" not in before
    assert picture.to_png().startswith(b"\x89PNG")
    assert picture.alt == "Sum holds. Yours is the solid line, what was expected the dashed one."
    assert after.index(picture.caption) < after.index("Far holds")
    assert "points" not in after


def test_captions_are_for_those_who_have_the_picture(reports):
    """In a terminal, where nbgrader's page is read as text, there is none."""
    report = reports.of(reports.check("sum", Verdict.FAILED, message="m", picture=_CURVES))

    assert "solid line" in fragment(report, "Adder")
    assert "solid line" not in text_of_page(fragment(report, "Adder"))


@pytest.mark.parametrize("facts", [{"picture": _CURVES}, {"speed": _SPEED}])
def test_a_picture_at_the_end_is_shown_once(reports, facts):
    """Also where nothing is told after it."""
    report = reports.of(reports.check("sum", Verdict.FAILED, **facts))

    assert sum(isinstance(p, Drawing) for p in fragments(report, "Adder")) == 1


def test_only_the_first_pictures_are_drawn(reports):
    """As on the page."""
    checks = [
        reports.check(f"c{n}", Verdict.FAILED, message=f"m{n}", picture=_CURVES) for n in range(5)
    ]

    assert [isinstance(p, Drawing) for p in fragments(reports.of(*checks), "Adder")] == [
        *[False, True] * 3,
        False,
    ]


def test_what_was_timed_is_drawn(reports):
    """Also where it passed; in its own part alone; below its badge, which says what is seen."""
    report = reports.of(reports.check("sum"), reports.check("quick", part="speed", speed=_SPEED))

    before, picture, after = fragments(report, "Adder", part="speed")

    assert "at most 5× is allowed" in before
    assert "at most 5× is allowed" in picture.alt
    assert "allowed" not in after
    assert len(fragments(report, "Adder", part="correctness")) == 1


def test_an_image_is_an_output_of_its_own(reports):
    """With words for those who do not see it, and as wide as it is meant."""
    pieces = fragments(reports.of(reports.check("quick", speed=_SPEED)), "Adder")

    (html, _), (image, told), _ = bundles(pieces)

    assert set(html) == {"text/html"}
    assert set(image) == {"image/png"}
    assert base64.b64decode(image["image/png"]).startswith(b"\x89PNG")
    assert told == {"image/png": {"alt": pieces[1].alt, "width": 640}}


def test_one_part_is_shown_alone(reports):
    """A part's fragment tells its own points and checks."""
    report = reports.of(reports.check("sum"), reports.check("far", Verdict.FAILED, part="parity"))

    shown = fragment(report, "Adder", part="parity")

    assert "Adder: parity" in shown
    assert "0 of 1 points" in shown
    assert "Sum holds" not in shown


def test_our_trouble_is_said_to_be_ours(reports):
    """A check that the grader could not judge is no fault of the student's."""
    assert "our fault, not yours" in fragment(reports.errored(), "Adder")
    assert "grade it again" in comment_on(reports.errored())


def test_many_causes_are_counted(reports):
    """After five causes the rest is a number."""
    wrong = [reports.check(f"c{n}", Verdict.FAILED, message=str(n)) for n in range(8)]

    shown = fragment(reports.of(*wrong), "Adder")

    assert shown.count("✗") == 5
    assert "And 3 more checks failed." in shown


def test_a_notebook_gets_html_text_and_images(reports, course, monkeypatch):
    """JupyterLab takes the HTML and the images, everything else the text."""
    shown = []
    display = pytest.importorskip("IPython.display")
    monkeypatch.setattr(display, "display", lambda data, **rest: shown.append((data, rest)))
    wrong = reports.check("sum", Verdict.FAILED, message="expected 3, got 2", picture=_CURVES)
    feedback = Feedback(reports.of(wrong), course["adder"], closing="Go on.")

    feedback._ipython_display_()

    (html, _), (image, told), (end, _) = shown
    assert html["text/plain"] == repr(feedback)
    assert "expected 3, got 2" in html["text/html"]
    assert "expected 3, got 2" in repr(feedback)
    assert set(image) == {"image/png"}
    assert "solid line" in told["metadata"]["image/png"]["alt"]
    assert "Go on." in end["text/html"]
    assert "\x1b" not in repr(feedback)


def test_a_comment_holds_nothing_that_student_code_said(reports):
    """Comments are rendered as they stand, so they are made of the course's words and numbers."""
    report = _hostile(reports)
    checks = [v for v in report.verdicts if v.verdict is Verdict.FAILED]
    own = reports.of(reports.check("sum", Verdict.FAILED, message=_EVIL, output=_EVIL, where=None))

    assert "<" not in comment_on(report)
    assert "alert" not in comment_on(own)
    assert checks


@pytest.mark.parametrize("kind", ["syntax", "link", "something new"])
def test_a_comment_says_why_nothing_was_judged(kind, reports):
    """A problem is told by its kind, without the student's text."""
    problem = Problem(kind=kind, sentence=_EVIL)
    report = reports.of(gradable=False, problem=problem, score=Score(earned=0, possible=2))

    comment = comment_on(report)

    assert comment.startswith("**Not graded.** The file ")
    assert "<" not in comment


def test_a_page_of_nbgraders_is_read(reports):
    """The total and our pieces are found among everything else; the rest is left out."""
    shown = fragment(reports.passed(), "Adder", styled=False)
    page = f"<h4>adder (Score: 7.0 / 8.50)</h4><p>other</p><br>{shown}<div>more</div>"

    text = text_of_page(page)

    assert text.splitlines()[0] == "7 of 8.5 points"
    assert "✓ 2 checks passed." in text
    assert "other" not in text
    assert "more" not in text
