"""The page in a real browser: both languages, both colour schemes, a phone, a desk, and paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.grading import Grader
from autograder.language import speaking
from autograder.results.page import to_page
from autograder.results.story import Setting
from tests.conftest import take_picture

_ROOT = Path(__file__).resolve().parents[2]
_MISTAKES = {"dataloader": "drops_the_short_batch", "optimizer": "adds_the_gradient"}
_WIDTHS = {"phone": 360, "desk": 1280}

_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_UNNAMED = """[...document.querySelectorAll('svg, img')].filter(e =>
    !e.closest('[aria-hidden=true]') && !e.getAttribute('aria-label') && !e.getAttribute('alt')
    && !e.getAttribute('aria-labelledby') && !e.querySelector('title')).length"""
_FAINT = """() => {
  // The contrast of WCAG 2.2, 1.4.3, between every text and the nearest ground that is painted.
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const seen = numbers(getComputedStyle(e).backgroundColor);
      if (seen.length < 4 || seen[3] > 0) return seen;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, e = text.parentElement;
    if (!text.data.trim() || e.closest('svg, style, script') || !e.checkVisibility()) continue;
    const [one, other] = [light(numbers(getComputedStyle(e).color)), light(ground(e))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(1)}: ${text.data.trim().slice(0, 40)}`);
  }
  return faint;
}"""


@pytest.fixture(scope="module", params=["en", "it"])
def pages(request, tmp_path_factory):
    """Give the language, and a page of each mistake in it, as files."""
    folder = tmp_path_factory.mktemp(request.param)
    catalog = Catalog(_ROOT, request.param)
    written = {}
    with Grader(catalog) as grader, speaking(request.param):
        for name, mistake in _MISTAKES.items():
            exercise = catalog[name]
            place = folder / name
            place.mkdir()
            text = (exercise.secret / "mistakes" / f"{mistake}.py").read_text()
            (place / exercise.files[0]).write_text(text)
            report = grader.grade(place, exercise, suite=Suite.HIDDEN)
            assert report.diagnosis[0].mistake == mistake
            written[name] = folder / f"{name}.html"
            written[name].write_text(to_page(report, Setting(title=exercise.title)))
    return request.param, written


@pytest.fixture(params=[(scheme, width) for scheme in ("light", "dark") for width in _WIDTHS])
def look(request):
    """Give a colour scheme, and a width by name."""
    return request.param


@pytest.mark.parametrize("exercise", _MISTAKES)
def test_a_page_can_be_read(browser, pages, exercise, look):
    """Nothing is cut off, faint, or without words; nothing is fetched and nothing goes wrong."""
    (language, written), (scheme, width) = pages, look
    viewport = {"width": _WIDTHS[width], "height": 900}
    context = browser.new_context(color_scheme=scheme, viewport=viewport)
    asked, trouble = [], []
    page = context.new_page()
    page.on("request", lambda it: asked.append(it.url))
    page.on("console", lambda it: trouble.append(it.text))
    page.on("pageerror", lambda it: trouble.append(str(it)))
    try:
        page.goto(written[exercise].as_uri())
        take_picture(page, f"{exercise}-{language}-{scheme}-{width}", full_page=True)

        assert asked == [written[exercise].as_uri()]
        assert trouble == []
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate(_TOO_WIDE) <= 0
        assert page.locator("svg").count() >= 1
        assert page.evaluate(_UNNAMED) == 0
        assert page.evaluate(_FAINT) == []
        page.emulate_media(media="print")
        assert page.evaluate(_FAINT) == []
    finally:
        context.close()


@pytest.mark.parametrize("exercise", _MISTAKES)
def test_what_folds_can_be_opened_by_the_keyboard(browser, pages, exercise):
    """Tab reaches every fold, and Enter opens it."""
    _, written = pages
    page = browser.new_page()
    try:
        page.goto(written[exercise].as_uri())
        folds = page.locator("details:not([open]) > summary")
        for _ in range(folds.count() + page.locator("summary, a").count()):
            page.keyboard.press("Tab")
            closed = "document.activeElement.matches('details:not([open]) > summary')"
            if page.evaluate(closed):
                page.keyboard.press("Enter")
                assert not page.evaluate(closed)
        assert folds.count() == 0
    finally:
        page.close()
