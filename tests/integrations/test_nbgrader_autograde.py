"""nbgrader's own commands, with our engine behind them: what ends up in gradebook and feedback."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from autograder.results.report import Report

pytestmark = pytest.mark.slow

_TINY = Path(__file__).parents[1] / "tiny_course"
_RIGHT = (_TINY / "solutions/counter/counter.py").read_text()
_WRONG = (_TINY / "solutions/counter/mistakes/negates.py").read_text()
_PARTLY = (_TINY / "solutions/counter/mistakes/adds_in_place.py").read_text()
_DRAWN = (_TINY / "solutions/counter/mistakes/keeps_the_last.py").read_text()
_HANGS = _RIGHT.replace("def add(self, x):", "def add(self, x):\n        while True: pass")
_HANGS = _HANGS if _HANGS != _RIGHT else f"{_RIGHT}\nwhile True: pass\n"
_FORGED = [
    {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": "5"},
    }
]
_FILES = {
    "right": _RIGHT,
    "wrong": _WRONG,
    "partly": _PARTLY,
    "drawn": _DRAWN,
    "hangs": _HANGS,
    "untouched": None,
    "broken_code": f"{_RIGHT}\ndef (\n",
    "forger": None,
    "broken_notebook": _RIGHT,
    "tamperer": _RIGHT,
}


@pytest.fixture(scope="module")
def graded(shared_class):
    """Give a class that was autograded and got feedback, once for all tests here."""
    for student, text in _FILES.items():
        shared_class.hand_in(student, text)
    _forge(shared_class.submitted("forger"))
    _tamper(shared_class.submitted("tamperer"))
    (shared_class.submitted("broken_notebook") / "counter.ipynb").write_text('{"cells": [')
    _link(shared_class.hand_in("linker", None), shared_class.mine / "solutions/counter/counter.py")
    (shared_class.hand_in("by_mail", _RIGHT) / "counter.ipynb").unlink()
    said = shared_class.grade("nbgrader", "mend", str(shared_class.folder))
    assert "by_mail/counter/counter.ipynb: the notebook was missing" in said
    shared_class.run("autograde", "counter")
    shared_class.run("generate_feedback", "counter")
    return shared_class


def _forge(folder):
    """Write points into the outputs of every grade cell, and a script into one's own."""
    path = folder / "counter.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        facts = cell["metadata"].get("nbgrader", {})
        if facts.get("grade"):
            cell["source"], cell["outputs"], facts["points"] = "5", _FORGED, 99
        elif facts.get("solution"):
            cell["source"] = "<script>alert('own cell')</script>"
    path.write_text(json.dumps(notebook))


def _tamper(folder):
    """Delete one grade cell, copy another, and turn a third into text."""
    path = folder / "counter.ipynb"
    notebook = json.loads(path.read_text())
    grades = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    notebook["cells"].remove(grades[0])
    notebook["cells"] += [grades[1], grades[1]]
    notebook["cells"][0]["metadata"]["nbgrader"] = {"grade_id": ["a"], "solution": True}
    path.write_text(json.dumps(notebook))


def _link(folder, target):
    (folder / "counter.py").unlink()
    (folder / "counter.py").symlink_to(target)


def _grades(course, student):
    """Return score, and whether a person is to look, of every part, from the database itself."""
    query = """
        SELECT base_cell.name, grade.auto_score, grade.needs_manual_grade
        FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        WHERE submitted_assignment.student_id = ? ORDER BY base_cell.name
    """
    with closing(sqlite3.connect(course.folder / "gradebook.db")) as database:
        rows = database.execute(query, (student,)).fetchall()
    return {name.removeprefix("counter-"): (score, bool(eyes)) for name, score, eyes in rows}


def _comment(course, student):
    query = """
        SELECT auto_comment FROM comment
        JOIN submitted_notebook ON comment.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        WHERE submitted_assignment.student_id = ?
    """
    with closing(sqlite3.connect(course.folder / "gradebook.db")) as database:
        return database.execute(query, (student,)).fetchone()[0]


def _outputs(course, student):
    return json.dumps([cell.get("outputs") for cell in course.cells(student)])


def test_scores_are_those_of_the_engine(graded, monkeypatch):
    """For every submission, each part has what `grade submit` gives on the same files."""
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-nbgrader-tests")
    catalog = Catalog(graded.mine)
    with Grader(catalog) as grader:
        for student in (*_FILES, "linker"):
            report = grader.grade(graded.submitted(student), catalog["counter"])
            expected = {part.part: part.earned for part in report.parts}
            expected = expected or dict.fromkeys(("correctness", "parity"), 0.0)

            scores = {part: score for part, (score, _) in _grades(graded, student).items()}
            assert scores == expected, student
    assert _grades(graded, "right") == {"correctness": (5.0, False), "parity": (2.0, False)}
    assert 0 < _grades(graded, "partly")["correctness"][0] < 5


def test_nothing_is_earned_by_a_notebook(graded):
    """Outputs, points and cells that were forged are worth nothing."""
    assert _grades(graded, "forger") == {"correctness": (0.0, False), "parity": (0.0, False)}
    assert _grades(graded, "untouched") == _grades(graded, "forger")


def test_nothing_is_lost_by_a_notebook(graded):
    """A notebook that was damaged, by hand or by a program, costs no point."""
    assert _grades(graded, "tamperer") == _grades(graded, "right")
    assert _grades(graded, "broken_notebook") == _grades(graded, "right")
    kept = graded.submitted("broken_notebook") / "counter.ipynb.received-1"
    assert kept.read_text() == '{"cells": ['


def test_the_notebook_is_the_released_one(graded):
    """Every submission shows the same cells, in the same order, and the student's own in theirs."""
    released = json.loads((graded.folder / "release/counter/counter.ipynb").read_text())["cells"]
    ids = [cell["id"] for cell in released]

    for student in ("right", "tamperer", "forger", "broken_notebook"):
        assert [cell["id"] for cell in graded.cells(student)][: len(ids)] == ids
    own = next(cell for cell in graded.cells("forger") if cell["id"] == "counter-notes")
    assert "".join(own["source"]) == "<script>alert('own cell')</script>"


def test_what_cannot_be_judged_is_looked_at(graded):
    """A file that does not parse, or is a link, counts 0 and is marked for a person."""
    marked = {"correctness": (0.0, True), "parity": (0.0, True)}

    assert _grades(graded, "broken_code") == marked
    assert _grades(graded, "linker") == marked
    assert "does not parse" in _comment(graded, "broken_code")


def test_a_link_is_not_followed(graded):
    """What a link leads to is in no notebook and in no feedback."""
    secret = "return self.sum" if "return self.sum" in _RIGHT else _RIGHT.splitlines()[-1].strip()

    assert secret in _outputs(graded, "right") + json.dumps(graded.cells("right"))
    assert secret not in json.dumps(graded.cells("linker"))
    assert secret not in graded.feedback("linker")


def test_the_comment_names_the_known_mistake(graded):
    """Under the student's work stands what a good teacher would say."""
    says = _WRONG.partition("Says: ")[2].partition('"""')[0].strip().split("\n")[0]

    assert says[:30] in _comment(graded, "wrong")
    assert "| correctness | 5 of 5 |" in _comment(graded, "right")


def test_feedback_shows_checks_and_source(graded):
    """The page has the known mistake, the failed check, and the file as it was handed in."""
    page = graded.feedback("wrong")

    assert "Your code behaves like this known mistake" in page
    assert "✗ The total of one part is that part." in page
    assert "as it was handed in" in page
    assert "&lt;tbody" not in page
    assert "&lt;div" not in page


def test_feedback_shows_pictures(graded):
    """What a failed check saw passes nbgrader's sanitizer as an image, with words and a caption."""
    page = graded.feedback("drawn")

    (alt,) = re.findall(r'<img alt="([^"]*)" src="data:image/png;base64,[^"]{1000,80000}"', page)
    assert alt.startswith("Five parts add up as `torch.sum` does. Yours is the solid line")
    assert page.count(alt) == 2  # the other is the caption
    assert "&lt;img" not in page
    assert "&lt;svg" not in page


def test_feedback_carries_no_script_of_a_student(graded):
    """What a student wrote is text on the page."""
    page = graded.feedback("forger")

    assert "own cell" in page
    assert "<script>alert" not in page


def test_no_seed_leaves_the_graders_side(graded):
    """Reports beside the notebook, which nbgrader copies on, are as a student may see them."""
    paths = [*graded.folder.glob("autograded/**/*.json"), *graded.folder.glob("feedback/**/*.json")]

    reports = [Report.from_json(path.read_bytes()) for path in paths]
    assert len(reports) == 2 * (len(_FILES) + 2)
    assert {report.environment.seed for report in reports} == {None}
    assert {report.exercise for report in reports} == {"counter"}


def test_the_judged_file_is_the_one_that_is_kept(graded):
    """nbgrader puts the stub in the place of a submitted file; what was judged comes back."""
    kept = graded.folder / "autograded" / "wrong" / "counter" / "counter.py"

    assert kept.read_text() == _WRONG


def test_the_export_is_right(graded):
    """nbgrader's own export reads our gradebook."""
    graded.run("export", "--to", "grades.csv")

    with (graded.folder / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(rows["right"]["score"]) == float(rows["right"]["max_score"]) == 7
    assert float(rows["forger"]["score"]) == 0


# What comes after the first round: each test has a student of its own.


def test_a_later_release_keeps_grades(graded):
    """A new lesson is released over submissions that were graded; scores stay."""
    before = _grades(graded, "partly")
    lesson = graded.mine / "assignments/counter/README.md"
    lesson.write_text(f"{lesson.read_text()}\nMore.\n")

    graded.grade("release", "counter", "--nbgrader", str(graded.folder))
    graded.run("generate_assignment", "counter", "--force")

    assert _grades(graded, "partly") == before
    assert "More." in (graded.folder / "release/counter/counter.ipynb").read_text()


def test_an_engine_that_cannot_work_takes_nothing_away(graded):
    """Without its hidden suite the engine fails; score and comment stay, and the log says why."""
    before, comment = _grades(graded, "wrong"), _comment(graded, "wrong")
    suite = graded.mine / "solutions/counter/suite"
    suite.rename(suite.with_name("away"))
    try:
        said = graded.run("autograde", "counter", "--student", "wrong", "--force", check=False)
    finally:
        suite.with_name("away").rename(suite)

    assert "Not graded, and the gradebook stays as it was." in said
    assert "suite of 'counter' is not on this machine" in said
    assert (_grades(graded, "wrong"), _comment(graded, "wrong")) == (before, comment)


def test_a_part_that_the_grader_failed_at_is_left_to_a_person(graded):
    """A check that breaks in our own code leaves the part's score as it was, and marks it."""
    suite = graded.mine / "solutions/counter/suite/test_parity.py"
    before = suite.read_text()
    suite.write_text(before.replace("    case = {", "    raise OSError\n    case = {"))
    try:
        graded.run("autograde", "counter", "--student", "right", "--force")
    finally:
        suite.write_text(before)

    assert _grades(graded, "right") == {"correctness": (5.0, False), "parity": (2.0, True)}
    assert "The grader had trouble with 1 check" in _comment(graded, "right")


def test_what_was_graded_ahead_is_taken(graded, tmp_path):
    """After `grade class` on the same files, autograde takes the ledger's report."""
    text = f"{_PARTLY}\n# of another day\n"
    shutil.copytree(graded.hand_in("ahead", text), tmp_path / "ahead" / "counter")
    graded.grade("class", str(tmp_path), "--out", str(graded.folder.parent / "class"))

    said = graded.run("autograde", "counter", "--student", "ahead")

    assert "counter: graded ahead, 5 of 7" in said
    assert _grades(graded, "ahead") == _grades(graded, "partly")


def test_a_plug_in_that_is_not_wired_in_gives_no_points(graded):
    """nbgrader alone executes the notebook: its cells refuse, and say what is missing."""
    graded.hand_in("unwired", _RIGHT)
    config = graded.folder / "nbgrader_config.py"
    wired = config.read_text()
    config.write_text(wired.partition("# >>>")[0])
    try:
        graded.run("autograde", "counter", "--student", "unwired")
    finally:
        config.write_text(wired)

    assert _grades(graded, "unwired") == {"correctness": (0.0, False), "parity": (0.0, False)}
    assert "grade nbgrader init" in _outputs(graded, "unwired")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("preprocessors.SaveScores", "SaveScores is missing; run 'grade nbgrader init'"),
        ("preprocessors.GradeSubmission", "GradeSubmission is missing; run 'grade nbgrader init'"),
    ],
)
def test_half_a_plug_in_grades_nothing(step, said, graded):
    """A step that somebody took out is named, and nobody gets points by it."""
    student = f"without_{step.rpartition('.')[2].lower()}"
    graded.hand_in(student, None)
    config = graded.folder / "nbgrader_config.py"
    wired = config.read_text()
    theirs = "[s for s in c.Autograde.autograde_preprocessors if not s.endswith"
    config.write_text(f"{wired}\nc.Autograde.autograde_preprocessors = {theirs}({step!r})]\n")
    try:
        answer = graded.run("autograde", "counter", "--student", student, check=False)
    finally:
        config.write_text(wired)

    assert said in answer
    assert {score for score, _ in _grades(graded, student).values()} == {None}


def test_a_submission_without_a_notebook_is_mended(graded):
    """Files that came by another way got the released notebook, and were graded."""
    assert _grades(graded, "by_mail") == _grades(graded, "broken_notebook")


def test_another_assignment_is_graded_by_nbgrader_itself(graded):
    """A notebook that is not ours is executed as ever, with its own partial credit."""
    code = {"cell_type": "code", "execution_count": None, "outputs": []}
    facts = {"schema_version": 3, "task": False, "locked": False}
    answer = facts | {"grade_id": "answer", "grade": False, "solution": True}
    test = facts | {"grade_id": "test", "grade": True, "solution": False, "points": 4}
    cells = [
        code | {"id": "a", "metadata": {"nbgrader": answer}, "source": "x = 1.5"},
        code | {"id": "b", "metadata": {"nbgrader": test | {"locked": True}}, "source": "x"},
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    source = graded.folder / "source/ps1"
    source.mkdir()
    (source / "ps1.ipynb").write_text(json.dumps(notebook))
    graded.run("generate_assignment", "ps1")
    released = graded.folder / "release/ps1/ps1.ipynb"
    submitted = graded.submitted("right", "ps1")
    submitted.mkdir()
    (submitted / "ps1.ipynb").write_text(
        released.read_text().replace("raise NotImplementedError()", "x = 1.5")
    )

    graded.run("autograde", "ps1")

    assert "raise NotImplementedError()" in released.read_text()
    with closing(sqlite3.connect(graded.folder / "gradebook.db")) as database:
        query = (
            "SELECT auto_score FROM grade JOIN base_cell ON cell_id = base_cell.id WHERE name = ?"
        )
        assert database.execute(query, ("test",)).fetchall() == [(1.5,)]
