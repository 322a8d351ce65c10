"""Each milestone trains with the student's pieces of its track, and names the piece that fails."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest
import torch

from autograder.course.catalog import Catalog
from autograder.course.exercise import Track
from autograder.errors import UserError
from autograder.training import prepare, session, train
from autograder.training.digits import load
from autograder.training.milestones import MILESTONES
from autograder.training.session import Session
from autograder.training.student import Student

_ROOT = Path(__file__).resolve().parents[1]
_CATALOG = Catalog(_ROOT)
_USED = tuple(
    dict.fromkeys(part.exercise for milestone in MILESTONES.values() for part in milestone.parts)
)
_EACH = [(track, part) for track, milestone in MILESTONES.items() for part in milestone.parts]

each_milestone = pytest.mark.parametrize("track", MILESTONES)
each_part = pytest.mark.parametrize(
    ("track", "part"), _EACH, ids=[f"{track}-{part.exercise}" for track, part in _EACH]
)


@pytest.fixture
def folder(tmp_path):
    """Give a workspace in which every piece of every milestone is right."""
    for exercise in _USED:
        (tmp_path / "work" / exercise).mkdir(parents=True)
        shutil.copy(_CATALOG[exercise].solution, tmp_path / "work" / exercise)
    return tmp_path / "work"


@pytest.fixture(autouse=True)
def picture(monkeypatch):
    """Spare the tests the time of drawing; `test_display.py` has real pictures."""
    monkeypatch.setattr(session, "draw", lambda _story: b"\x89PNG")


@pytest.fixture(scope="module")
def digits():
    """Give scikit-learn's digits, read once."""
    return load("digits")


def put_stub(folder: Path, exercise: str) -> None:
    shutil.copy(_CATALOG[exercise].stub, folder / exercise)


def add(folder: Path, exercise: str, text: str) -> None:
    """Write *text* below a piece, where it may replace what stands above."""
    with (folder / exercise / f"{exercise}.py").open("a") as file:
        file.write(f"\n{text}\n")


# --- what a right student gets


@each_milestone
def test_right_pieces_equal_torch_epoch_by_epoch(folder, tmp_path, track):
    """From the same weights on the same batches, losses and accuracies are the same."""
    result = train(folder, _CATALOG, tmp_path / "training.png", 3, milestone=track)

    assert result.milestone == track
    assert result.accuracy > 0.85
    for epoch in result.epochs:
        for field in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy"):
            own, torchs = getattr(epoch.yours, field), getattr(epoch.torchs, field)
            assert own == pytest.approx(torchs, abs=1e-4), (epoch.epoch, field)


@each_milestone
def test_training_is_the_same_every_time_and_draws_nothing_elsewhere(folder, digits, track):
    """What a run comes to depends on the code alone, and other draws go on as before."""
    torch.manual_seed(1)
    drawn = torch.rand(1)
    torch.manual_seed(1)
    out = folder / "training.png"

    first, second = (
        Session(Student(folder, _CATALOG), digits, 1, track).run(out).epochs for _ in range(2)
    )

    assert first == second
    assert torch.equal(drawn, torch.rand(1))


@each_milestone
def test_pieces_are_those_of_the_milestone(folder, track):
    """The table says which file each piece is from, and what torch's run has in its place."""
    ready = prepare(folder, _CATALOG, milestone=track)

    parts = MILESTONES[track].parts
    assert [(piece.exercise, piece.name, piece.instead_of) for piece in ready.pieces] == [
        (part.exercise, part.name, part.instead_of) for part in parts
    ]
    for piece in ready.pieces:
        assert piece.file == folder / piece.exercise / f"{piece.exercise}.py"


@each_part
def test_a_part_names_what_its_exercise_implements(track, part):
    """What a milestone uses is of its track or an earlier one, and listed in `exercise.toml`."""
    exercise, order = _CATALOG[part.exercise], list(Track)

    assert set(part.uses) <= set(exercise.implement)
    assert order.index(exercise.track) <= order.index(track)


@each_milestone
def test_the_student_code_is_what_runs(folder, digits, capsys, track):
    """Every function that a part names is called in the training."""
    noted = (
        "def _noted(function, name):\n"
        "    def noted(*args, **kwargs):\n"
        "        print(name)\n"
        "        return function(*args, **kwargs)\n"
        "    return noted"
    )
    uses = [(part.exercise, name) for part in MILESTONES[track].parts for name in part.uses]
    for exercise, name in uses:
        add(folder, exercise, f"{noted}\n{name} = _noted({name}, {name!r})")

    ready = Session(Student(folder, _CATALOG), digits, 1, track)
    capsys.readouterr()  # what the try called does not count
    ready.run(folder / "training.png")

    assert set(capsys.readouterr().err.split()) == {name for _, name in uses}


def test_no_thread_is_left(folder, digits, tmp_path):
    """Fetching ahead ends with each loop, in the try as in the run."""
    before = threading.active_count()

    Session(Student(folder, _CATALOG), digits, 1, Track.INTERNALS).run(tmp_path / "training.png")

    assert threading.active_count() == before


# --- which milestone runs


def test_the_furthest_milestone_runs(folder):
    """With everything solved, it is that of the internals, and nothing follows."""
    ready = prepare(folder, _CATALOG)

    assert ready.milestone.track is Track.INTERNALS
    assert ready.following is None


def test_what_the_next_milestone_waits_for_is_listed_whole(folder):
    """What is not begun, not written or written in part only is told apart."""
    shutil.rmtree(folder / "adam")
    put_stub(folder, "module")
    add(folder, "schedules", "def one_cycle():\n    raise NotImplementedError('one_cycle: return')")
    stub = _CATALOG["schedules"].stub.read_text()
    half = stub.replace('raise NotImplementedError("Schedule.step: ', 'print("x")  # ("')
    assert half != stub
    (folder / "schedules" / "schedules.py").write_text(half)

    ready = prepare(folder, _CATALOG)

    assert ready.milestone.track is Track.LESSON
    assert ready.following.milestone is Track.INTERNALS
    assert [(lack.exercise, lack.why, lack.names) for lack in ready.following.lacks] == [
        ("module", "still to write", ()),
        ("adam", "not begun", ()),
        ("schedules", "still to write", ("one_cycle",)),
    ]


@pytest.mark.parametrize(
    ("exercise", "text", "why"),
    [
        ("samplers", "SampledLoader.__iter__ = None", "Your 'samplers' does not work: TypeError"),
        ("losses", "nothing()", "Your 'losses' raised an error at line"),
        ("validation", "def fit(:", "Training needs your 'validation'. Line"),
    ],
)
def test_a_broken_piece_leaves_the_milestone_before_it(folder, exercise, text, why):
    """The training that does run says why the next one does not."""
    add(folder, exercise, text)

    ready = prepare(folder, _CATALOG)

    assert ready.milestone.track is Track.CORE
    assert ready.following.milestone is Track.LESSON
    (lack,) = ready.following.lacks
    assert lack.exercise == exercise
    assert lack.why.startswith(why)


def test_each_piece_is_named_before_it_is_tried(folder):
    """Where code hangs, the last name is that of its exercise."""
    named = []

    prepare(folder, _CATALOG, milestone="internals", watch=named.append)

    assert set(named) == {part.exercise for part in MILESTONES[Track.INTERNALS].parts}


def test_without_the_core_pieces_there_is_no_training(folder):
    """Pieces of later tracks do not stand in for a missing core."""
    shutil.rmtree(folder / "dataset")

    with pytest.raises(UserError, match=r"needs your 'dataset', .* 'grade start dataset'"):
        prepare(folder, _CATALOG)


def test_a_course_without_later_tracks_has_the_core_milestone(folder, tmp_path):
    """A course of one's own need not have all exercises."""
    for part in MILESTONES[Track.CORE].parts:
        public = tmp_path / "course" / "assignments" / part.exercise
        shutil.copytree(_CATALOG[part.exercise].public, public)

    ready = prepare(folder, Catalog(tmp_path / "course"))

    assert ready.milestone.track is Track.CORE
    assert ready.following is None


# --- what a wrong student gets: one sentence that names the exercise


def test_each_milestone_names_a_missing_piece(folder, digits):
    """Whichever piece is not there, the sentence says how to begin it."""
    for track, part in _EACH:
        away = (folder / part.exercise).rename(folder / "away")

        with pytest.raises(UserError, match=f"^Training needs your '{part.exercise}', "):
            Session(Student(folder, _CATALOG), digits, 1, track)
        away.rename(folder / part.exercise)


@each_part
def test_each_milestone_names_a_stub(folder, digits, track, part):
    """Whichever piece is still to be written is named, with what to write."""
    put_stub(folder, part.exercise)

    with pytest.raises(UserError, match=f"^Your '{part.exercise}' is still to be written") as said:
        Session(Student(folder, _CATALOG), digits, 1, track)

    assert str(said.value).endswith(f"'grade check {part.exercise}' says more.")


_EACH_USE = [(track, part.exercise, use) for track, part in _EACH for use in part.uses]


@pytest.mark.parametrize(
    ("track", "exercise", "name"), _EACH_USE, ids=[f"{t}-{name}" for t, _, name in _EACH_USE]
)
def test_each_milestone_names_a_broken_piece(folder, digits, track, exercise, name):
    """Whichever function raises an error, the exercise and the line are named."""
    add(folder, exercise, f"def _broken(*_, **__):\n    raise KeyError('broken')\n{name} = _broken")

    with pytest.raises(UserError, match=rf"^Your '{exercise}' .*KeyError: 'broken'") as said:
        Session(Student(folder, _CATALOG), digits, 1, track).run(folder / "training.png")

    assert "\n" not in str(said.value)
    assert not (folder / "training.png").exists()
    assert torch.is_grad_enabled()


_ODD = {
    "layers that are not registered": (
        "sequential",
        (
            "class Sequential(nn.Module):\n"
            "    def __init__(self, *layers):\n"
            "        super().__init__()\n"
            "        self.layers = layers"
        ),
        "Your 'sequential' should have two weights and two biases, but has no parameter at all.",
    ),
    "a layer without a bias": (
        "linear",
        (
            "class Linear(Linear):\n"
            "    def __init__(self, a, b):\n"
            "        super().__init__(a, b, bias=False)"
        ),
        "Your 'linear' should have two weights and two biases, but has (50, 64), (10, 50).",
    ),
    "a chain of one": (
        "sequential",
        "Sequential.forward = lambda self, x: self[0](x)",
        "should return a tensor of shape (50, 10), not a tensor of shape (50, 50).",
    ),
    "a number for a loss": (
        "losses",
        ("def cross_entropy(logits, y):\n    return 0.5"),
        "Your 'losses' should return a tensor without dimensions from cross_entropy, not of type",
    ),
    "a loss for each row": (
        "losses",
        ("def cross_entropy(logits, y):\n    return -log_softmax(logits)[:, 0]"),
        "from cross_entropy, not a tensor of shape (50,).",
    ),
    "labels only": (
        "samplers",
        ("def collate(samples):\n    return torch.stack([y for _, y in samples])"),
        "Your 'samplers' should give 50 rows as a pair (x, y), but the first batch is a tensor of",
    ),
    "no record": (
        "validation",
        ("def fit(epochs, model, loss_func, opt, dls):\n    return None"),
        "Your 'validation' should return one record with train_loss, valid_loss, accuracy",
    ),
    "a record of something else": (
        "validation",
        ("def fit(epochs, model, loss_func, opt, dls):\n    return [{'loss': 1.0}]"),
        "Your 'validation' should return one record with",
    ),
    "recording left off": (
        "adam",
        (
            "import torch\n"
            "def _step(self):\n"
            "    torch.set_grad_enabled(False)\n"
            "AdamW.step = Adam.step = _step"
        ),
        "Your 'adam' leaves autograd's recording off after a step.",
    ),
    "nothing fetched": (
        "workers",
        "PrefetchLoader.__iter__ = lambda self: (_ for _ in ())",
        "Your 'workers' should give 50 rows as a pair (x, y), but the first batch is None.",
    ),
    "an error that a thread passes on": (
        "samplers",
        ("def collate(samples):\n    raise OSError('no disk')"),
        "Your 'samplers' raised an error at line",
    ),
    "a rate that is none": (
        "schedules",
        ("def one_cycle(step, total, highest):\n    return 'fast'"),
        "Your 'schedules' should write a number as the rate, not str.",
    ),
    "too many batches": (
        "samplers",
        "BatchSampler.__iter__ = lambda self: ([i] * 50 for i in self.sampler)",
        "Your pieces make more steps than 29, which is one for each batch of each epoch.",
    ),
    "an exit": (
        "module",
        "MiniModule.eval = lambda self: exit()",
        "Your 'module' ends the program at line",
    ),
}


@pytest.mark.parametrize("odd", _ODD.values(), ids=_ODD)
def test_what_does_not_fit_is_told_in_one_sentence(folder, digits, odd):
    """A piece that runs, but is not what the others need, is put down to its exercise."""
    exercise, text, sentence = odd
    add(folder, exercise, text)

    with pytest.raises(UserError, match=re.escape(sentence)) as said:
        Session(Student(folder, _CATALOG), digits, 1, Track.INTERNALS).run(folder / "training.png")

    assert "\n" not in str(said.value)


def test_a_wrong_rate_is_seen_in_the_curves(folder, digits):
    """The student's run uses the student's schedule."""
    add(folder, "schedules", "def one_cycle(step, total, highest):\n    return 0.0")

    result = Session(Student(folder, _CATALOG), digits, 1, Track.INTERNALS).run(folder / "1.png")

    (epoch,) = result.epochs
    assert epoch.yours.valid_accuracy < 0.3 < epoch.torchs.valid_accuracy
