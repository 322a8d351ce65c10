"""A report in Italian: the same verdicts, in other words."""

from __future__ import annotations

import pytest

from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.grading import Grader
from autograder.integrations.fragment import fragments
from autograder.integrations.nbgrader.comments import comment_on
from autograder.language import speaking
from autograder.results.files import FeedbackFiles
from autograder.results.page import to_page
from autograder.results.report import Report
from autograder.results.story import Setting
from autograder.verifying import objections

_WRONG = """class Counter:
    def add(self, x):
        self.sum = x
    def total(self):
        return self.sum
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory, italian_course):
    """Give the reports of one wrong submission, by language and suite, and the Italian course."""
    root, work = (
        italian_course(tmp_path_factory.mktemp("it") / "course"),
        tmp_path_factory.mktemp("work"),
    )
    (work / "counter.py").write_text(_WRONG)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", "of-the-tests")
        for language in ("en", "it"):
            catalog = Catalog(root, language)
            with Grader(catalog) as grader:
                for suite in Suite:
                    report = grader.grade(work, catalog["counter"], suite=suite)
                    found[language, suite] = report
        yield found, catalog


def test_what_a_suite_says_itself_is_told(reports, tmp_path):
    """A sentence of a check's own is Italian in the Italian report."""
    _, catalog = reports
    mistake = catalog["counter"].secret / "mistakes" / "adds_in_place.py"
    (tmp_path / "counter.py").write_text(mistake.read_text())

    with Grader(catalog) as grader:
        report = grader.grade(tmp_path, catalog["counter"], diagnosed=False)

    said = {v.check: v.message for v in report.verdicts}
    assert said["parts_are_left_alone"] == "add() ha cambiato il tensore che ha ricevuto"


def _names(report):
    return [(v.check, v.part, v.verdict, v.earned, v.builds_on, v.where) for v in report.verdicts]


def test_only_the_words_are_others(reports):
    """Verdicts, points, names and digests are those of the English report."""
    found, _ = reports
    for suite in Suite:
        english, italian = found["en", suite], found["it", suite]
        assert _names(english) == _names(italian)
        assert english.score == italian.score
        assert english.submission == italian.submission
        assert english.environment.seed == italian.environment.seed
        assert (english.language, italian.language) == ("en", "it")


def test_titles_hints_and_messages_are_italian(reports):
    """What the suite, the judge and the mistake say is Italian; a hint of one comparison may not be."""
    found, _ = reports
    report = found["it", Suite.HIDDEN]
    told = {v.check: v for v in report.verdicts}

    assert told["two_parts"].title == "Il totale di due parti è la loro somma."
    assert "elementi su 3 sono diversi; i peggiori:\n  in [" in told["two_parts"].message
    assert "“Il totale di due parti è la loro somma.”, che non è superato" in (
        told["parts_are_left_alone"].message
    )
    assert [d.sentence for d in report.diagnosis] == [
        "Tieni solo l'ultima parte; aggiungila a ciò che c'è."
    ]


def test_an_italian_report_is_genuine(reports):
    """It is sealed as it is told, and counts as any other."""
    found, catalog = reports
    report = found["it", Suite.HIDDEN]
    changed = Report.from_json(report.to_json().replace("Tieni solo", "Tieni"))

    assert objections(report, catalog) == ()
    assert objections(changed, catalog)


def test_a_report_without_a_language_is_english(reports):
    """Reports that were kept before there was a choice can still be read."""
    found, _ = reports
    text = found["en", Suite.PUBLIC].to_json().replace('  "language": "en",\n', "")

    assert '"language"' not in text
    assert Report.from_json(text).language == "en"


def test_the_page_is_italian(reports):
    """The page says its language, and no English word of ours is left on it."""
    found, catalog = reports
    with speaking("it"):
        page = to_page(found["it", Suite.HIDDEN], Setting(title=catalog["counter"].title))

    assert '<html lang="it">' in page
    for said in (
        "Contatore: riscontro",
        "Il tuo codice si comporta come questo errore noto:",
        "Controlli superati",
        "correttezza",
        "Da sistemare per primo",
    ):
        assert said in page
    for english in ("Your code", "check", "Points", "Hint", "expected"):
        assert english not in page.partition("<article")[2].replace("grade check", "")


def test_what_cannot_be_judged_is_said_in_italian(reports, tmp_path):
    """Intake, policy and import speak Italian, too."""
    _, catalog = reports
    exercise = catalog["counter"]
    said = []
    with Grader(catalog) as grader:
        for text in ("class Counter:\n  def\n", "class Conter:\n    pass\n", "import os\n1/0\n"):
            (tmp_path / "counter.py").write_text(text)
            report = grader.grade(tmp_path, exercise, suite=Suite.PUBLIC)
            said.append(report.problem.sentence if report.problem else report.verdicts[0].message)

    assert "non è Python" in said[0]
    assert "non definisce 'Counter'; definisce 'Conter'." in said[1]
    assert "non definisce 'Counter'" in said[2]


def test_notebooks_and_nbgrader_tell_a_report_in_its_language(reports):
    """A cell's feedback and a comment are in the language of the report, whoever shows it."""
    found, catalog = reports
    report = found["it", Suite.HIDDEN]

    pieces, comment = fragments(report, catalog["counter"].title), comment_on(report)
    cell = "".join(p if isinstance(p, str) else p.caption for p in pieces)

    assert "2 di 7 punti" in cell
    assert "controlli superat" in cell or "controllo superato" in cell
    assert "| parte | punti | controlli |" in comment
    assert "**Si comporta come questo errore noto:** Tieni solo" in comment
    assert "Your code" not in cell


def test_the_files_of_a_class_are_in_the_language_of_the_report(reports, tmp_path):
    """They are written by other threads than the one that chose the language."""
    found, _ = reports

    FeedbackFiles(tmp_path).keep(found["it", Suite.HIDDEN], 1, "Contatore")

    (page,) = tmp_path.rglob("*.txt")
    assert "2 di 7 punti" in page.read_text(encoding="utf-8")
