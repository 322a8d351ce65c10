"""Chapters that cannot go stale: their exercises, their pictures, and what they must not give away."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.course.exercise import Track

_ROOT = Path(__file__).resolve().parents[1]
_CHAPTERS = _ROOT / "docs" / "chapters"
_PICTURES = sorted((_CHAPTERS / "pictures").iterdir())
_EXERCISES = Catalog(_ROOT).exercises
_LESSON = re.compile(r"\[`(\w+)`\]\(\.\./\.\./assignments/(\w+)/README\.md\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(pictures/([\w-]+)\.svg\)")
_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")
_SAID_IN_A_LESSON = {"loss.backward()", "super().__init__()"}
"""Lines of solutions that the lessons show, too."""

each_track = pytest.mark.parametrize("track", Track, ids=lambda track: track.value)
each_picture = pytest.mark.parametrize("picture", _PICTURES, ids=lambda path: path.stem)


def _chapter(track: Track) -> str:
    return (_CHAPTERS / f"{track.value}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def script():
    """`docs/chapters/make_pictures.py`, as a module, on one thread; nothing of it is left behind."""
    torch = importlib.import_module("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small networks train far faster on one
    before = set(sys.modules)
    sys.path.insert(0, str(_CHAPTERS))
    try:
        yield importlib.import_module("make_pictures")
    finally:
        torch.set_num_threads(threads)
        sys.path.remove(str(_CHAPTERS))
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "").parent == _CHAPTERS:
                del sys.modules[name]


def test_every_chapter_is_one_of_a_track():
    """There is a chapter for each track, and no other."""
    assert {path.stem for path in _CHAPTERS.glob("*.md")} == {track.value for track in Track}


@each_track
def test_a_chapter_leads_to_its_exercises_in_teaching_order(track):
    """Each exercise of the track is named once, with a link to its lesson, and no other is."""
    links = _LESSON.findall(_chapter(track))

    assert links == [(e.id, e.id) for e in _EXERCISES if e.track is track]


@each_track
def test_a_chapter_is_one_sitting(track):
    """A chapter is long enough to tell a story, and short enough to be read at once."""
    words = len(_PICTURE.sub("", _chapter(track)).split())

    assert 1200 <= words <= 2000


@each_track
def test_a_chapter_has_one_sentence_a_line(track):
    """A line of text ends where its sentence ends, so that a change shows what it changes."""
    text = re.sub(r"```.*?```", "", _PICTURE.sub("", _chapter(track)), flags=re.DOTALL)

    assert [line for line in text.splitlines() if re.search(r"[.?!] +[A-Z]", line)] == []


@each_track
def test_a_chapter_gives_no_solution_away(track):
    """No line of a solution stands in a chapter, neither in a block nor in a sentence."""
    text = _chapter(track)
    block = "\n".join(re.findall(r"```\w+\n(.*?)```", text, re.DOTALL))
    shown = {line.strip() for line in block.splitlines()} | set(re.findall(r"`([^`\n]+)`", text))

    told = {e.id: shown & (_answers(e.solution) - _SAID_IN_A_LESSON) for e in _EXERCISES}

    assert {exercise: lines for exercise, lines in told.items() if lines} == {}


def _answers(solution: Path) -> set[str]:
    """Return the lines of every statement in a function of *solution*, docstrings left out."""
    source = solution.read_text(encoding="utf-8")
    lines = source.splitlines()
    return {
        lines[number - 1].strip()
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        for statement in function.body[ast.get_docstring(function) is not None :]
        for number in range(statement.lineno, statement.end_lineno + 1)
    }


def test_every_picture_is_shown_once_and_can_be_drawn(script):
    """Chapters, folder and script have the same pictures."""
    shown = [name for track in Track for _, name in _PICTURE.findall(_chapter(track))]

    assert sorted(shown) == [path.stem for path in _PICTURES]
    assert set(shown) == script.PICTURES.keys()


@each_track
def test_a_picture_belongs_to_its_chapter(track):
    """The name of a picture begins with that of the chapter that shows it."""
    assert all(name.startswith(track.value) for _, name in _PICTURE.findall(_chapter(track)))


@each_track
def test_every_picture_is_told_in_words(track):
    """Whoever cannot see a picture reads sentences that say what is in it."""
    texts = [alternative for alternative, _ in _PICTURE.findall(_chapter(track))]

    assert len(set(texts)) == len(texts)
    assert [text for text in texts if len(text) < 150 or not text.endswith(".")] == []


@each_picture
def test_a_picture_can_be_read_on_every_ground(picture):
    """A picture has a white ground of its own, text that is text, and no date."""
    content = picture.read_text(encoding="utf-8")

    (ground,) = re.findall(r'<g id="patch_1">\s*<path d="([^"]*)"\s*style="fill: #ffffff"', content)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', content).groups()
    assert {width, height} <= set(ground.split())
    assert _TEXT.search(content)
    assert "dc:date" not in content


@pytest.mark.slow
@each_picture
def test_a_picture_says_what_would_be_drawn_now(picture, script):
    """Every word and number in a picture is what the code comes to today."""
    drawn = _TEXT.findall(script.text(picture.stem))

    assert _TEXT.findall(picture.read_text(encoding="utf-8")) == drawn
