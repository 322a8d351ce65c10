"""What a step of the plug-in decides by itself."""

from __future__ import annotations

import pytest

pytest.importorskip("nbgrader.converters")

import nbformat
from nbgrader.converters.base import NbGraderException

from autograder.integrations.nbgrader import preprocessors
from autograder.results.verdict import Verdict


def _cell(points):
    facts = {"grade": True, "grade_id": "adder-correctness", "points": points}
    return nbformat.v4.new_code_cell("", metadata={"nbgrader": facts})


def test_points_that_have_come_apart_are_refused(reports):
    """A score out of something else is no score; the sentence says how to mend it."""
    with pytest.raises(NbGraderException, match=r"gives 2 points for correctness .* release 3\."):
        preprocessors._require_same_points(reports.passed(), "correctness", _cell(3))


def test_points_that_agree_are_taken(reports):
    """A difference in the last digit is rounding; what could not be judged has no points."""
    preprocessors._require_same_points(reports.passed(), "correctness", _cell(2.0000000001))
    preprocessors._require_same_points(reports.ungradable(), "correctness", _cell(3))


def test_a_part_with_our_trouble_in_it_is_undecided(reports):
    """One check that we could not judge leaves its part open, and no other part."""
    report = reports.of(
        reports.check("sum"),
        reports.check("far", part="parity"),
        reports.check("near", Verdict.ERRORED, part="parity"),
    )

    assert preprocessors._earned(report, "correctness") == 1
    assert preprocessors._earned(report, "parity") is None
    assert preprocessors._earned(report, "speed") is None
    assert preprocessors._earned(reports.ungradable(), "parity") == 0


def test_own_cells_are_text_of_bounded_size():
    """Of a hostile notebook, the first code cell of each id is kept, as text."""
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "n"}}, "source": "x" * 99_999},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "n"}}, "source": "second"},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["n"]}}, "source": "list"},
        {"cell_type": "code", "metadata": {"nbgrader": "n"}, "source": "no facts"},
        {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": "m"}}, "source": "text"},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "k"}}, "source": 7},
    ]
    notebook = nbformat.from_dict({"cells": cells})

    own = preprocessors._own_cells(notebook)

    assert own == {"n": "x" * 64 * 1024}


def test_files_are_written_in_place_of_links(tmp_path):
    """What lies under a name is replaced, not written through."""
    target = tmp_path / "theirs"
    target.write_text("theirs")
    (tmp_path / "ours").symlink_to(target)

    preprocessors._replace(tmp_path / "ours", "new")

    assert target.read_text() == "theirs"
    assert (tmp_path / "ours").read_text() == "new"
