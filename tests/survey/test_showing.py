"""A survey shown: on a terminal of 80 columns, as a page, as tables."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest
from rich.console import Console

from autograder.results.spreadsheet import cell
from autograder.survey.page import to_page
from autograder.survey.surveying import survey
from autograder.survey.tables import to_tables
from autograder.survey.terminal import print_survey
from autograder.survey.wording import percent
from tests.survey.classes import a_class, graded


def _printed(found, *, width=80, in_full=True):
    console = Console(file=io.StringIO(), width=width, no_color=True)
    print_survey(found, console, in_full=in_full)
    return console.file.getvalue()


@pytest.mark.parametrize("students", [1, 9, 25])
def test_a_terminal_of_80_columns_is_wide_enough(students):
    """No line is longer, and the first words are there."""
    text = _printed(survey(a_class(students, ("adder", "doubler"))))

    assert max(map(len, text.splitlines())) <= 80
    assert "Commonest mistakes" in text or students == 1
    assert ("With fewer than 10 students" in text) is (students < 10)


def test_checks_are_shown_where_they_are_asked_for():
    """Without an id there is a row for each exercise, and where to find more."""
    text = _printed(survey(a_class(3)), in_full=False)

    assert "'grade report ID' shows the checks" in text
    assert "Step 0" not in text


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 1000, "1 %"), (999, 1000, "99 %"), (3, 3, "100 %"), (0, 0, "")],
)
def test_a_hundred_percent_is_everybody(part, whole, expected):
    """Rounding neither hides the last who failed nor the first who passed."""
    assert percent(part, whole) == expected


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("students", [1, 12, 80])
def test_the_page_has_plots_and_no_script(students):
    """It loads nothing and names no student."""
    page = to_page(survey(a_class(students, ("adder", "doubler"))), "now")
    read = _Tags()
    read.feed(page)

    assert "svg" in read.tags
    assert not {"script", "link", "img", "iframe"} & set(read.tags)
    assert not [v for n, v in read.attributes if n in ("src", "href") and "//" in v]
    assert not [n for n, _ in read.attributes if n.startswith("on")]
    assert "student-0" not in page


def test_what_a_course_or_a_student_says_is_no_markup(reports):
    """Titles are escaped, also in drawings."""
    evil = "<script>alert(1)</script> $x^2$"
    report = reports.of(reports.check("sum", title=evil), exercise="adder")
    found = survey([graded("<b>ada</b>", 1, report, counts=True)], {"adder": evil})

    read = _Tags()
    read.feed(page := to_page(found, "<i>now</i>"))

    assert "script" not in read.tags
    assert "b" not in read.tags
    assert "&lt;script&gt;" in page


def test_a_drawing_is_the_same_again():
    """The page differs by its date only."""
    found = survey(a_class(12))

    assert to_page(found, "now") == to_page(found, "now")


def test_tables_have_a_row_for_each_thing():
    """Every file can be read again and has its rows."""
    found = survey(a_class(12, ("adder", "doubler")))

    read = {n: list(csv.DictReader(io.StringIO(t))) for n, t in to_tables(found).items()}

    assert [row["exercise"] for row in read["exercises.csv"]] == ["adder", "doubler"]
    assert len(read["checks.csv"]) == sum(len(e.checks) for e in found.exercises)
    assert len(read["mistakes.csv"]) == sum(len(e.mistakes) for e in found.exercises)
    assert len(read["speeds.csv"]) == sum(len(s.ratios) for e in found.exercises for s in e.speeds)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r@", " -", "\uff1d", "\x1b[0m="])
def test_a_cell_is_no_formula(begin):
    """Whatever stands before the sign that a spreadsheet obeys."""
    assert cell(f"{begin}cmd|' /C calc'!A0").startswith("'")


def test_numbers_and_answers_are_what_they_are():
    """A negative number is no formula; None is empty."""
    assert [cell(x) for x in (-0.5, 3.0, None, True, "ada")] == ["-0.5", "3", "", "yes", "ada"]
