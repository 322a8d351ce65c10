"""A new exercise is sound as it stands, and a refused one leaves nothing behind."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import cli
from autograder.audit import audit
from autograder.course import scaffold
from autograder.course.catalog import Catalog
from autograder.course.completeness import shortcomings, to_fill
from autograder.course.scaffold import create
from autograder.errors import UserError


@pytest.fixture
def root(tmp_path):
    """Give a course without exercises."""
    (tmp_path / "assignments").mkdir()
    return tmp_path


def _tree(root):
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*"))


def test_a_skeleton_is_sound_and_says_what_is_still_to_fill(root, monkeypatch):
    """Every file with something to fill is named; as a finished exercise it would be unsound."""
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-tests")
    made = create(Catalog(root), "ema")
    catalog = Catalog(root)

    (found,) = audit(catalog, [catalog["ema"]])

    assert found.findings == ()
    assert (found.checks, found.mistakes, found.caught, found.told) == (2, 1, 1, 1)
    assert (found.spellings, found.accepted) == (1, 1)
    assert found.draft
    told = {place.partition(",")[0] for place in found.to_fill}
    untold = {"assignments/ema/public/probes.py", "solutions/ema/suite/probes.py"}
    assert told == set(made.files) - untold
    assert catalog.exercises == ()

    toml = root / "assignments/ema/exercise.toml"
    toml.write_text(toml.read_text().replace("draft = true", "draft = false"))
    findings = list(shortcomings(Catalog(root)["ema"]))
    assert findings == [f"still to fill: {place}" for place in found.to_fill]


def test_every_template_has_a_place_and_every_place_a_template():
    """A text that nobody writes would be forgotten."""
    folder = Path(scaffold.__file__).with_name("skeleton")

    assert {path.name for path in folder.iterdir()} == {f"{n}.template" for n in scaffold._PLACES}


def test_what_is_asked_for_is_written(root):
    """Quotation marks and all."""
    create(Catalog(root), "first", order=7)

    create(Catalog(root), "ema", title='EMA: a "calm" ü\\', track="internals", minutes=(5, 5))

    table = tomllib.loads((root / "assignments/ema/exercise.toml").read_text(encoding="utf-8"))
    assert table["title"] == 'EMA: a "calm" ü\\'
    assert (table["track"], table["minutes"], table["order"]) == ("internals", [5, 5], 17)
    assert [e.id for e in Catalog(root).everything] == ["first", "ema"]


@pytest.mark.parametrize(
    ("exercise_id", "said"),
    [
        ("", "begins with a letter"),
        ("2d", "try 'my_2d'"),
        ("_hidden", "try 'hidden'"),
        ("__pycache__", "try 'pycache'"),
        ("Soft-Max", "try 'soft_max'"),
        ("größe", "begins with a letter"),
        ("two words", "try 'two_words'"),
        ("a/b", "try 'a_b'"),
        ("../up", "try 'up'"),
        ("ema.py", "try 'ema_py'"),
        ("ema\n", "try 'ema'"),
        ("a" * 25, "1 to 24"),
        ("lambda", "a keyword of Python"),
        ("match", "a keyword of Python"),
        ("test_ema", "pytest would take test_ema.py for tests"),
        ("ema_test", "pytest would take ema_test.py for tests"),
        ("con", "Windows"),
        ("torch", "would hide the module 'torch'; try 'my_torch'"),
        ("numpy", "would hide the module 'numpy'"),
        ("random", "would hide the module 'random'"),
        ("collections", "would hide the module"),
        ("probes", "would hide the module 'probes'"),
        ("autograder", "would hide the module"),
        ("pytest", "would hide the module"),
    ],
)
def test_an_id_that_can_be_none_is_refused(root, exercise_id, said):
    """With the reason, and the nearest that can."""
    with pytest.raises(UserError, match=r"cannot be the id") as refused:
        create(Catalog(root), exercise_id)

    assert said in str(refused.value)
    assert _tree(root) == ["assignments"]


@pytest.mark.parametrize("tree", ["assignments", "solutions"])
def test_an_id_that_is_taken_is_refused(root, tree):
    """Even where only one half of it is there."""
    (root / tree / "ema").mkdir(parents=True)
    before = _tree(root)

    with pytest.raises(UserError, match="There is an exercise 'ema' already; nothing was changed"):
        create(Catalog(root), "ema")

    assert _tree(root) == before


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"title": " "}, "The title '' must be one line"),
        ({"title": "a\nb"}, "must be one line"),
        ({"title": "x" * 61}, "must be one line"),
        ({"minutes": (10, 5)}, "10 to 5 do not"),
        ({"minutes": (0, 5)}, "0 to 5 do not"),
        ({"track": "sideways"}, "track"),
    ],
)
def test_facts_that_make_no_sense_are_refused(root, facts, said):
    """And nothing is made."""
    with pytest.raises(UserError, match=said):
        create(Catalog(root), "ema", **facts)

    assert not list(root.rglob("ema*"))


def test_where_the_secret_half_is_missing_nothing_is_added(root):
    """A student's bundle, or the course in a wheel, is not the place for a new exercise."""
    create(Catalog(root), "first")
    (root / "solutions").rename(root / "elsewhere")

    with pytest.raises(UserError, match="has no 'solutions' here"):
        create(Catalog(root), "ema")


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_failure_leaves_nothing_half_made(root, monkeypatch, fails_at):
    """Whichever of the two halves could not be moved."""
    (root / "solutions").mkdir()
    before, rename, calls = _tree(root), Path.rename, []

    def failing(self, target):
        calls.append(target)
        if len(calls) == fails_at:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)

    with pytest.raises(UserError, match="No space left on device"):
        create(Catalog(root), "ema")

    assert _tree(root) == before


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(exercise_id=st.one_of(st.text(max_size=30), st.from_regex(r"\A[a-z][a-z0-9_]{0,30}\Z")))
@example("a")
@example("x__y_")
def test_an_id_gives_a_sound_skeleton_or_a_sentence(tmp_path_factory, exercise_id):
    """There is nothing between."""
    root = tmp_path_factory.mktemp("course")
    (root / "assignments").mkdir()
    try:
        made = create(Catalog(root), exercise_id)
    except UserError:
        assert _tree(root) == ["assignments"]
        return

    exercise = Catalog(root)[exercise_id]
    assert list(shortcomings(exercise)) == []
    assert to_fill(exercise)
    for file in made.files:
        if file.endswith(".py"):
            ast.parse((root / file).read_text())


def test_the_command_says_what_was_made_and_what_comes_next(root):
    """File by file; and a refusal is one line."""

    def run(*arguments):
        return CliRunner().invoke(cli.main, ["--course", str(root), "new", *arguments])

    made = run("ema", "--title", "EMA", "--track", "core", "--order", "5", "--minutes", "5", "10")
    again = run("ema")

    assert made.exit_code == 0
    assert "Made the draft 'ema', number 5 in the course:" in made.stdout
    assert "  solutions/ema/suite/test_parity.py\n" in made.stdout
    assert "'grade audit ema'" in made.stdout
    assert again.exit_code == 1
    assert again.stderr == "Error: There is an exercise 'ema' already; nothing was changed.\n"
