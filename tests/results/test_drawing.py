"""One drawing, two forms: SVG takes its colours from the page, PNG has them and stays small."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from autograder.results import drawing
from autograder.results.markup import style


def _drawn(points=40, caption="A <way>."):
    figure = drawing.new_figure(2)
    draw = random.Random(0)
    way = [[draw.gauss(0, 1) for _ in range(points)] for _ in "xy"]
    figure.subplots().plot(*way, color=drawing.BAD)
    return drawing.Drawing(figure, caption)


def test_colours_are_those_of_the_style_sheet_by_day():
    """A PNG looks as the page does on a light screen; a hair's difference is not seen."""
    day = str(style("feedback.css")).split(":root {")[1].split("}")[0]
    colours = dict(part.strip().split(": ") for part in day.split(";") if "--" in part)

    for colour, variable in drawing._VARIABLES.items():
        wanted = bytes.fromhex(colours[variable.removeprefix("var(").removesuffix(")")][1:])
        got = bytes.fromhex(colour[1:])
        assert max(abs(a - b) for a, b in zip(got, wanted, strict=True)) <= 1, variable


def test_svg_takes_its_colours_from_the_page():
    """No colour of ours is left in it, and it says in words what it shows."""
    svg = _drawn().to_svg()

    assert "var(--bad)" in svg
    assert not [colour for colour in drawing._VARIABLES if colour in svg]
    assert 'aria-label="A &lt;way&gt;."' in svg


def test_png_has_its_colours_and_a_sheet_behind_it():
    """It can be read on a dark page."""
    image = Image.open(io.BytesIO(_drawn().to_png())).convert("RGB")

    assert image.width >= drawing.WIDTH
    assert image.getpixel((0, 0)) == (254, 254, 254)
    seen = {colour for _, colour in image.getcolors()}
    assert min(abs(r - 0xB3) + abs(g - 0x26) + abs(b - 0x1E) for r, g, b in seen) <= 6


@pytest.mark.parametrize("points", [40, 4000])
def test_png_is_bounded(points, monkeypatch):
    """What would be too large is drawn with fewer dots."""
    sharp = len(_drawn(points).to_png())
    monkeypatch.setattr(drawing, "_LARGEST", sharp - 1)

    assert sharp <= 60_000
    assert len(_drawn(points).to_png()) < sharp
