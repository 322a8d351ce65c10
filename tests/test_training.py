"""Training tells the student's pieces from torch's, and puts every failure into one sentence."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import torch

from autograder.course.catalog import Catalog
from autograder.errors import UserError
from autograder.results.curves import Epoch, Measured, Sample, Story, draw
from autograder.training import train

_ROOT = Path(__file__).resolve().parents[1]
_PIECES = ("mlp", "optimizer", "dataset", "dataloader")

_MLP = """
from torch import nn
class MLP(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, n_hidden)
        self.l2 = nn.Linear(n_hidden, n_out)
        self.relu = nn.ReLU()
        self.calls = 0
    def forward(self, x):
        {}
"""
_OPTIMIZER = """
import torch
class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr, self.calls = list(params), lr, 0
    def step(self):
        {}
    def zero_grad(self):
        for p in self.params:
            p.grad = None
"""
_DATASET = """
class Dataset:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __len__(self):
        return len(self.x)
    def __getitem__(self, i):
        {}
"""
_DATALOADER = """
class DataLoader:
    def __init__(self, ds, bs):
        self.ds, self.bs = ds, bs
        self.once = (ds[i : i + bs] for i in range(0, len(ds), bs))
    def __iter__(self):
        {}
"""
_WRITTEN = {
    "mlp": _MLP,
    "optimizer": _OPTIMIZER,
    "dataset": _DATASET,
    "dataloader": _DATALOADER,
}


@pytest.fixture(scope="module")
def catalog():
    """Give the real course."""
    return Catalog(_ROOT)


@pytest.fixture
def folder(tmp_path):
    """Give a workspace in which all four pieces are right."""
    for piece in _PIECES:
        (tmp_path / "work" / piece).mkdir(parents=True)
        shutil.copy(_ROOT / "solutions" / piece / f"{piece}.py", tmp_path / "work" / piece)
    return tmp_path / "work"


def write(folder: Path, piece: str, text: str) -> None:
    """Replace a piece."""
    (folder / piece / f"{piece}.py").write_text(text)


def write_body(folder: Path, piece: str, body: str) -> None:
    """Replace the one interesting method of a piece."""
    write(folder, piece, _WRITTEN[piece].format(body.replace("\n", "\n        ")))


def assert_alike(epoch: Epoch) -> None:
    """Require both runs to have come to the same, but for rounding."""
    assert epoch.yours.train_loss == pytest.approx(epoch.torchs.train_loss, abs=1e-4)
    assert epoch.yours.valid_loss == pytest.approx(epoch.torchs.valid_loss, abs=1e-4)
    assert epoch.yours.train_accuracy == pytest.approx(epoch.torchs.train_accuracy, abs=0.01)
    assert epoch.yours.valid_accuracy == pytest.approx(epoch.torchs.valid_accuracy, abs=0.01)


# --- what a right student gets


def test_right_pieces_learn_the_digits_and_equal_torch(folder, catalog, tmp_path):
    """Ten epochs reach 90 %, and both curves are the same."""
    result = train(folder, catalog, tmp_path / "training.png")

    assert len(result.epochs) == 10
    assert result.accuracy >= 0.90
    assert result.accuracy == result.epochs[-1].yours.valid_accuracy
    assert result.torch_accuracy == result.epochs[-1].torchs.valid_accuracy
    for epoch in result.epochs:
        assert_alike(epoch)


def test_training_is_the_same_every_time(folder, catalog, tmp_path):
    """Data, weights and batches depend on nothing but the code, and other draws go on as before."""
    torch.manual_seed(1)
    first = train(folder, catalog, tmp_path / "1.png", 2)
    drawn = torch.rand(1)
    torch.manual_seed(1)

    second = train(folder, catalog, tmp_path / "2.png", 2)

    assert first.epochs == second.epochs
    assert torch.equal(drawn, torch.rand(1))
    torch.manual_seed(1)
    assert torch.equal(drawn, torch.rand(1))


def test_result_names_the_pieces_of_the_student_and_of_torch(folder, catalog, tmp_path):
    """Nobody has to guess whose code ran."""
    result = train(folder, catalog, tmp_path / "training.png", 1)

    assert {piece.name: (piece.file, piece.instead_of) for piece in result.pieces} == {
        "MLP": (folder / "mlp" / "mlp.py", "torch.nn.Sequential"),
        "Optimizer": (folder / "optimizer" / "optimizer.py", "torch.optim.SGD"),
        "Dataset": (folder / "dataset" / "dataset.py", "torch.utils.data.TensorDataset"),
        "DataLoader": (folder / "dataloader" / "dataloader.py", "torch.utils.data.DataLoader"),
    }


def test_every_epoch_is_told_as_it_ends(folder, catalog, tmp_path):
    """Progress hears of each epoch once, in order."""
    told = []

    result = train(folder, catalog, tmp_path / "training.png", 3, progress=told.append)

    assert [epoch.epoch for epoch in told] == [1, 2, 3]
    assert tuple(told) == result.epochs


def test_picture_is_a_whole_png_and_nothing_else_is_left(folder, catalog, tmp_path):
    """Only the picture is new: no half-written file, no compiled copies beside the student's."""
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    picture = tmp_path / "new" / "training.png"

    result = train(folder, catalog, picture, 1)

    assert result.picture == picture
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.read_bytes().endswith(b"IEND\xaeB`\x82")
    assert {path for path in tmp_path.rglob("*") if path.is_file()} - before == {picture}


def test_picture_shows_one_epoch_and_numbers_that_are_none():
    """A run of one epoch, and one that blew up, are drawn without a warning."""
    nan, inf = float("nan"), float("inf")
    yours = Measured(train_loss=nan, train_accuracy=0.1, valid_loss=nan, valid_accuracy=0.1)
    torchs = Measured(train_loss=inf, train_accuracy=0.9, valid_loss=1, valid_accuracy=0.9)
    story = Story(
        history=[Epoch(epoch=1, yours=yours, torchs=torchs)],
        milestone="core",
        data="digits",
        digits=360,
        yours=("MLP",),
        samples=[Sample(pixels=[0.0, 1.0, 1.0, 0.5], label=1, guess=7)],
        rates=[0.1],
        torch_rates=[0.1],
    )

    assert draw(story).startswith(b"\x89PNG")


# --- what a wrong student gets: a curve of their own, or one sentence


def test_wrong_pieces_train_beside_a_torch_that_stays_right(folder, catalog, tmp_path):
    """A piece that spoils the data or the weights spoils the student's run only."""
    right = train(folder, catalog, tmp_path / "right.png", 2)
    write_body(folder, "mlp", "x.zero_()\nreturn self.l2(self.relu(self.l1(x)))")

    wrong = train(folder, catalog, tmp_path / "wrong.png", 2)

    assert wrong.accuracy < 0.5
    assert [e.torchs for e in wrong.epochs] == [e.torchs for e in right.epochs]
    assert wrong.torch_accuracy == right.torch_accuracy


def test_a_forgotten_relu_is_seen_in_the_loss(folder, catalog, tmp_path):
    """The student's run uses the student's model."""
    write_body(folder, "mlp", "return self.l2(self.l1(x))")

    result = train(folder, catalog, tmp_path / "training.png", 1)

    assert abs(result.epochs[0].yours.train_loss - result.epochs[0].torchs.train_loss) > 0.01


_RIGHT_STEP = "with torch.no_grad():\n    for p in self.params:\n        p -= self.lr * p.grad"

_BAD = {
    "only x": (
        "dataset",
        "return self.x[i]",
        (
            "Your 'dataset' should give 50 rows as a pair (x, y), but ds[0:50] is a tensor of shape "
            "(50, 64)."
        ),
    ),
    "y first": (
        "dataset",
        "return self.y[i], self.x[i]",
        "but ds[0:50] is a tuple of a tensor of shape (50,), a tensor of shape (50, 64).",
    ),
    "an error inside": (
        "dataset",
        "return self.z[i]",
        (
            "Your 'dataset' raised an error at line 8 of dataset.py: AttributeError: 'Dataset' object "
            "has no attribute 'z'."
        ),
    ),
    "an error that passes through another piece": (
        "dataset",
        "if i.start > 100: raise IndexError('too far')\nreturn self.x[i], self.y[i]",
        "Your 'dataset' raised an error at line 8 of dataset.py: IndexError: too far.",
    ),
    "a list": (
        "dataloader",
        "return [1, 2]",
        "Your 'dataloader' does not work: TypeError: iter() returned non-iterator of type 'list'.",
    ),
    "no batch": (
        "dataloader",
        "return iter(())",
        "Your 'dataloader' should give 50 rows as a pair (x, y), but the first batch is None.",
    ),
    "one epoch only": (
        "dataloader",
        "return self.once",
        "Your 'dataloader' gives no batch in epoch 2; every loop over it must start anew.",
    ),
    "no return": (
        "mlp",
        "self.l2(self.relu(self.l1(x)))",
        "Your 'mlp' should return a tensor of shape (50, 10), not None.",
    ),
    "no history": (
        "mlp",
        "return self.l2(self.relu(self.l1(x))).detach()",
        "Your 'mlp' returns logits without a history, so that nothing can be learnt.",
    ),
    "a batch size": (
        "mlp",
        "return self.l2(self.relu(self.l1(x.view(50, 64))))",
        (
            "Your 'mlp' raised an error at line 11 of mlp.py: RuntimeError: shape '[50, 64]' is invalid"
            " for input of size 2368."
        ),
    ),
    "a history that ends": (
        "mlp",
        (
            "self.calls += 1\n"
            "preds = self.l2(self.relu(self.l1(x)))\n"
            "return preds if self.calls < 3 else preds.detach()"
        ),
        (
            "Your pieces do not work together: RuntimeError: element 0 of tensors does not require "
            "grad and does not have a grad_fn."
        ),
    ),
    "recorded": (
        "optimizer",
        "for p in self.params: p -= self.lr * p.grad",
        (
            "Your 'optimizer' raised an error at line 7 of optimizer.py: RuntimeError: a leaf Variable "
            "that requires grad is being used in an in-place operation."
        ),
    ),
    "recording left off": (
        "optimizer",
        f"torch.set_grad_enabled(False)\n{_RIGHT_STEP}",
        "Your 'optimizer' leaves autograd's recording off after a step.",
    ),
    "an error in a later epoch": (
        "optimizer",
        f"self.calls += 1\nif self.calls > 40: raise KeyError('late')\n{_RIGHT_STEP}",
        "Your 'optimizer' raised an error at line 8 of optimizer.py: KeyError: 'late'.",
    ),
    "an exit": (
        "optimizer",
        "raise SystemExit",
        "Your 'optimizer' ends the program at line 7 of optimizer.py.",
    ),
    "unwritten": (
        "optimizer",
        "raise NotImplementedError('Optimizer.step: update every parameter')",
        (
            "Your 'optimizer' is still to be written (line 7 of optimizer.py): Optimizer.step: update "
            "every parameter. 'grade check optimizer' says more."
        ),
    ),
}


@pytest.mark.parametrize("bad", _BAD.values(), ids=_BAD)
def test_what_does_not_work_is_told_in_one_sentence(folder, catalog, tmp_path, bad):
    """The sentence names the exercise, and the line where there is one; nothing is drawn."""
    piece, body, sentence = bad
    write_body(folder, piece, body)

    with pytest.raises(UserError, match=re.escape(sentence)) as raised:
        train(folder, catalog, tmp_path / "training.png", 2)

    assert "\n" not in str(raised.value)
    assert not (tmp_path / "training.png").exists()
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("piece", _PIECES)
def test_an_untouched_stub_is_named(folder, catalog, tmp_path, piece):
    """Whoever has not begun an exercise is told which."""
    shutil.copy(_ROOT / "assignments" / piece / f"{piece}.py", folder / piece)

    with pytest.raises(UserError, match=f"^Your '{piece}' is still to be written"):
        train(folder, catalog, tmp_path / "training.png", 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class Optimizer\n    pass\n", "Training needs your 'optimizer'. Line 1 of"),
        ("class Optimiser: ...\n", "'optimizer.py' defines no 'Optimizer'; it defines 'Optimiser'"),
        ("import nummpy\nclass Optimizer: ...\n", "at line 1 of optimizer.py: ModuleNotFoundError"),
        ("class Optimizer: ...\nexit()\n", "ends the program at line 2 of optimizer.py"),
        ("return\nclass Optimizer: ...\n", "Your 'optimizer' does not work: SyntaxError"),
        ("class Optimizer: ...\n", "TypeError: Optimizer() takes no arguments"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named(folder, catalog, tmp_path, text, sentence):
    """Reading and importing end in a sentence about the exercise, too."""
    write(folder, "optimizer", text)

    with pytest.raises(UserError, match=re.escape(sentence)):
        train(folder, catalog, tmp_path / "training.png", 1)


def test_a_missing_exercise_is_named(folder, catalog, tmp_path):
    """The sentence says how to begin."""
    shutil.rmtree(folder / "dataset")

    with pytest.raises(UserError, match=r"needs your 'dataset', .* 'grade start dataset'"):
        train(folder, catalog, tmp_path / "training.png")


def test_a_missing_file_is_named(folder, catalog, tmp_path):
    """A file under another name is pointed out."""
    (folder / "mlp" / "mlp.py").rename(folder / "mlp" / "mlp_2.py")

    with pytest.raises(UserError, match=r"needs your 'mlp'\. .*found 'mlp_2.py'"):
        train(folder, catalog, tmp_path / "training.png")


def test_layers_that_nobody_registered_are_named(folder, catalog, tmp_path):
    """A model without parameters cannot begin at torch's weights."""
    write(
        folder,
        "mlp",
        "from torch import nn\n"
        "class MLP(nn.Module):\n"
        "    def __init__(self, a, b, c):\n"
        "        super().__init__()\n"
        "        self.layers = [nn.Linear(a, b), nn.Linear(b, c)]\n",
    )

    with pytest.raises(UserError, match=r"two weights and two biases, but has no parameter at all"):
        train(folder, catalog, tmp_path / "training.png")


def test_what_students_print_is_no_data(folder, catalog, tmp_path, capsys):
    """`grade train --json` can be read although the student's code prints."""
    write_body(folder, "optimizer", f"print('step')\n{_RIGHT_STEP}")

    train(folder, catalog, tmp_path / "training.png", 1)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "step" in printed.err


def test_interrupting_works_at_any_time(folder, catalog, tmp_path):
    """Ctrl-C in the student's code is the student's wish, not the student's error."""
    write_body(folder, "optimizer", "raise KeyboardInterrupt('enough')")

    with pytest.raises(KeyboardInterrupt, match="enough"):
        train(folder, catalog, tmp_path / "training.png")


def test_a_picture_that_cannot_be_written_is_named(folder, catalog):
    """A folder in the picture's place is a sentence."""
    with pytest.raises(UserError, match=r"Cannot write .*work"):
        train(folder, catalog, folder, 1)


def test_no_epoch_is_refused(folder, catalog, tmp_path):
    """There is nothing to show for it."""
    with pytest.raises(UserError, match="at least 1 epoch, not 0"):
        train(folder, catalog, tmp_path / "training.png", 0)
