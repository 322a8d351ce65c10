"""The plug-in: our engine where nbgrader would execute a student's notebook.

`wiring.configure` puts these into `nbgrader_config.py`. An assignment that is not ours passes
through as nbgrader itself would treat it, so both kinds live in one course. For ours,

1. `RebuildNotebook` takes the released notebook and puts the student's own cells into it;
2. `GradeSubmission` has the engine judge the submitted files, and shows what came out;
3. `SaveScores` writes the gradebook from the reports, never from what a cell shows;
4. `ShowSources` appends the files that were judged.

Where the engine cannot work, the whole submission fails with a sentence for the instructor, and the
gradebook stays as it was.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode, v4
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    ClearSolutions,
    Execute,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Unicode

from autograder.course.rules import told_catalog
from autograder.errors import UserError
from autograder.integrations.display import bundles
from autograder.integrations.fragment import fragments
from autograder.integrations.nbgrader import comments
from autograder.integrations.nbgrader.assignment import grade_id, notes_id
from autograder.integrations.nbgrader.engine import Engine, Outcome, engine_for, shelf_named
from autograder.results.score import parts_of
from autograder.submission.released import MARK, exercises_in

if TYPE_CHECKING:
    from autograder.results.report import Report

__all__ = ["GradeSubmission", "KeepNotes", "RebuildNotebook", "SaveScores", "ShowSources"]

_CELLS = "autograder.integrations.cells"
_KEPT_SOURCE = 64 * 1024
"""How much of a student's own cell, and of a file, is shown."""


class KeepNotes(ClearSolutions):  # type: ignore[misc]  # untyped, as all below
    """Stand where `ClearSolutions` stood: in a notebook of ours there is no solution to clear."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave the student's own cells as we wrote them; clear those of anybody else's notebook."""
        if exercises_in(nb):
            return nb, resources
        cleared: tuple[Any, Any] = super().preprocess(nb, resources)
        return cleared


class RebuildNotebook(NbGraderPreprocessor):  # type: ignore[misc]
    """Make the notebook anew from its release; of the student's, keep the cells for own work."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook that is shown and graded."""
        released = _released(self, resources, nb)
        if released is None:
            return nb, resources
        own = _own_cells(nb)
        for cell in released.cells:
            facts = cell.metadata.get("nbgrader", {})
            if facts.get("solution") and facts.get("grade_id") in own:
                cell.source = own[facts["grade_id"]]
        return released, resources


class GradeSubmission(Execute):  # type: ignore[misc]
    """Stand where `Execute` stood: have the engine judge the files, run nothing of the notebook."""

    course = Unicode("", help="The folder of the torchgrade course, with `solutions/`.").tag(
        config=True
    )
    isolation = Unicode("", help="The cage for student code, if not the best there is.").tag(
        config=True
    )
    shelf = Unicode("", help="module.function that gives reports of an earlier run.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any, *rest: Any, **options: Any) -> tuple[Any, Any]:
        """Show the feedback of every part in its cell."""
        released = _released(self, resources, nb)
        if released is None:
            stock: tuple[Any, Any] = super().preprocess(nb, resources, *rest, **options)
            return stock
        _require_the_other_half(self)
        try:
            outcomes = self._outcomes(exercises_in(released), resources)
        except UserError as error:
            said = f"Not graded, and the gradebook stays as it was. {error}"
            self.log.exception(said)
            raise NbGraderException(said) from error
        resources[MARK] = outcomes
        for cell in nb.cells:
            exercise, part = _part_of(cell)
            if exercise in outcomes:
                cell.outputs = _outputs(outcomes[exercise], exercise, part)
        return nb, resources

    def _outcomes(self, exercises: tuple[str, ...], resources: Any) -> dict[str, Outcome]:
        facts = resources["nbgrader"]
        converter = self.parent.parent
        coursedir = converter.coursedir
        names = (coursedir.submitted_directory, facts["student"], facts["assignment"])
        folder = Path(coursedir.format_path(*names)).resolve()
        engine = engine_for(converter, self._engine)
        outcomes = {}
        for name in exercises:
            outcome = engine.judge(folder, engine.catalog[name], facts["student"])
            how = "graded ahead" if outcome.ahead else "graded"
            score = outcome.report.score
            self.log.info("%s: %s, %g of %g", name, how, score.earned, score.possible)
            outcomes[name] = outcome
        self._keep(outcomes, coursedir, facts)
        return outcomes

    def _engine(self) -> Engine:
        catalog = told_catalog(Path(self.course) if self.course else None)
        shelf = shelf_named(self.shelf, catalog)
        return Engine(catalog, shelf=shelf, isolation=self.isolation or None)

    def _keep(self, outcomes: dict[str, Outcome], coursedir: Any, facts: Any) -> None:
        """Put the files that were judged, and the reports, where formgrader offers them.

        nbgrader overwrites a submitted file by the stub of the same name; what it copied may also
        be what a link led to. So the text that intake read takes its place.
        """
        names = (coursedir.autograded_directory, facts["student"], facts["assignment"])
        folder = Path(coursedir.format_path(*names))
        for name, outcome in outcomes.items():
            for file, text in outcome.files.items():
                _replace(folder / file, text)
            # nbgrader copies what lies here into the folder of feedback: no seed goes along.
            _replace(folder / f"{name}.report.json", outcome.given.to_json())


class SaveScores(SaveAutoGrades):  # type: ignore[misc]
    """Write scores and comments from the reports into the gradebook."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Save every part's points, or ask for a person's judgement where there is none."""
        self._outcomes: dict[str, Outcome] = resources.get(MARK, {})
        if not self._outcomes and _released(self, resources, nb) is not None:
            raise NbGraderException("GradeSubmission is missing; run 'grade nbgrader init'.")
        for cell in nb.cells:
            exercise, part = _part_of(cell)
            if exercise in self._outcomes:
                _require_same_points(self._outcomes[exercise].report, part, cell)
        saved: tuple[Any, Any] = super().preprocess(nb, resources)
        return saved

    def _add_score(self, cell: Any, resources: Any) -> None:
        exercise, part = _part_of(cell)
        if exercise not in self._outcomes:
            super()._add_score(cell, resources)
            return
        report = self._outcomes[exercise].report
        grade = self.gradebook.find_grade(
            grade_id(exercise, part), self.notebook_id, self.assignment_id, self.student_id
        )
        decided = _earned(report, part)
        if decided is not None:
            grade.auto_score = decided
        else:
            self.log.warning("%s, %s: undecided, for manual grading", self.student_id, part)
        needs_eyes = decided is None or not report.gradable or grade.manual_score is not None
        grade.needs_manual_grade = needs_eyes
        self.gradebook.db.commit()

    def _add_comment(self, cell: Any, resources: Any) -> None:
        ids = {notes_id(name): outcome for name, outcome in self._outcomes.items()}
        own = cell.metadata.nbgrader["grade_id"]
        if own not in ids:
            super()._add_comment(cell, resources)
            return
        comment = self.gradebook.find_comment(
            own, self.notebook_id, self.assignment_id, self.student_id
        )
        comment.auto_comment = comments.comment_on(ids[own].given)
        self.gradebook.db.commit()


class ShowSources(NbGraderPreprocessor):  # type: ignore[misc]
    """Append every file that was judged, for the person who looks at it and for the student."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Append a heading and a cell for each file."""
        for name, outcome in resources.get(MARK, {}).items():
            for number, (file, text) in enumerate(outcome.files.items()):
                shown = text[:_KEPT_SOURCE]
                left = len(text) - len(shown)
                note = f"\n\n# ... {left} more characters are in the file" if left else ""
                nb.cells.append(v4.new_markdown_cell(f"### `{file}`, as it was handed in"))
                nb.cells.append(v4.new_code_cell(shown + note))
                nb.cells[-2]["id"] = f"{name}-{number}-name"
                nb.cells[-1]["id"] = f"{name}-{number}-source"
        return nb, resources


def _released(step: Any, resources: Any, nb: Any) -> Any:
    """Return the released notebook if it is one of ours, else None.

    Raises:
        NbGraderException: If the student's is ours, and its release is nowhere.
    """
    facts = resources["nbgrader"]
    coursedir = step.parent.parent.coursedir
    for place in (coursedir.release_directory, coursedir.source_directory):
        folder = Path(coursedir.format_path(place, ".", facts["assignment"]))
        try:
            text = (folder / f"{facts['notebook']}.ipynb").read_text(encoding="utf-8")
        except OSError:
            continue
        notebook = json.loads(text)
        if not exercises_in(notebook):
            return None
        return v4.reads(json.dumps(_with_text(notebook)))
    if exercises_in(nb) or _CELLS in json.dumps(nb):
        raise NbGraderException(
            f"There is no release of {facts['assignment']!r} to grade by; "
            f"run 'nbgrader generate_assignment {facts['assignment']}'."
        )
    return None


def _with_text(notebook: dict[str, Any]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def _own_cells(nb: Any) -> dict[str, str]:
    """Return what the student wrote into cells with an id: the first of each, in bounded size."""
    found: dict[str, str] = {}
    for cell in nb.get("cells", []):
        if not isinstance(cell, NotebookNode) or cell.get("cell_type") != "code":
            continue
        facts = cell.get("metadata", {}).get("nbgrader")
        name = facts.get("grade_id") if isinstance(facts, dict) else None
        source = cell.get("source")
        if isinstance(name, str) and isinstance(source, str):
            found.setdefault(name, source[:_KEPT_SOURCE])
    return found


def _require_the_other_half(step: Any) -> None:
    """Refuse to grade where what we show would be saved by nbgrader's own rule."""
    steps = step.parent._preprocessors  # noqa: SLF001 - the exporter offers no other way
    if not any(isinstance(other, SaveScores) for other in steps):
        raise NbGraderException("SaveScores is missing; run 'grade nbgrader init'.")


def _part_of(cell: Any) -> tuple[str, str]:
    """Return exercise and part of a grade cell; of another cell, two empty names."""
    facts = cell.metadata.get("nbgrader", {})
    if not facts.get("grade"):
        return "", ""
    exercise, _, part = str(facts.get("grade_id", "")).partition("-")
    return exercise, part


def _earned(report: Report, part: str) -> float | None:
    """Return the points of *part*, or None where the grader itself had trouble with it."""
    if not report.gradable:
        return 0.0
    own = [check for check in report.verdicts if check.part == part]
    if not own or any(check.verdict == "errored" for check in own):
        return None
    (score,) = parts_of(own)
    return score.earned


def _require_same_points(report: Report, part: str, cell: Any) -> None:
    """Refuse where suite and release have come apart: a score would be out of something else."""
    offered = float(cell.metadata.nbgrader["points"])
    possible = sum(check.possible for check in report.verdicts if check.part == part)
    if report.gradable and abs(possible - offered) > 1e-6:  # noqa: PLR2004 - rounding, no more
        raise NbGraderException(
            f"The suite gives {possible:g} points for {part} of {report.exercise!r}, the release "
            f"{offered:g}. Release it again: 'grade release {report.exercise} --nbgrader COURSE', "
            f"then 'nbgrader generate_assignment --force'."
        )


def _outputs(outcome: Outcome, exercise: str, part: str) -> list[Any]:
    """Return what the cell of *part* shows: the feedback, and pictures of what was observed."""
    earned = _earned(outcome.report, part)
    said = "not decided yet" if earned is None else f"{earned:g}"
    pieces = fragments(outcome.given, exercise, part=part, styled=False)
    outputs = [
        v4.new_output("display_data", data, metadata=metadata) for data, metadata in bundles(pieces)
    ]
    outputs[0].data["text/plain"] = f"{exercise}, {part}: {said}"
    return outputs


def _replace(path: Path, text: str) -> None:
    """Write a new file in place of whatever has the name."""
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
