"""What a suite says itself: found in its source, and told in another language."""

from __future__ import annotations

import pytest

from autograder.course.phrases import Phrasebook, literals_of, phrases_of, telling, told

_SUITE = '''"""Some hidden checks."""

LATER = "three weeks later"


@check(hint="What comes first?")
def test_batches(submission, rng):
    """Batches come in order."""
    seen = submission.run(loop)
    where = f"batch {1 + 1} of {seen['all of them']:.3g}"
    require(seen.pop("not at once"), f"{where}: expected {3} rows, " f"got {'no row' if seen else 4}")
    assert_same(seen["dtype"], "float32", what="{} batch")
    assert_same(seen["losses"], [], what="losses")
'''


def test_a_phrase_is_told_with_its_values():
    """A value stands where the other language has its place."""
    book = Phrasebook({"expected {} rows, got {}": "{1} righe invece di {0}", "no {}": "nessun {}"})

    assert book.told("expected 3 rows, got 12") == "12 righe invece di 3"
    assert book.told("no dict") == "nessun dict"
    assert book.told("there is no dict") == "there is no dict"


def test_values_are_told_as_well():
    """A phrase within a phrase is in the same language; a budget's `{}` stays for its number."""
    book = Phrasebook(
        {
            "{}: got {}": "{}: ottenuto {}",
            "batch {}": "il batch {}",
            "{} ran {} steps": "{}: {} passi",
        }
    )

    assert book.told("batch 2: got no row") == "il batch 2: ottenuto no row"
    assert book.told("batch 2 ran {} steps") == "il batch 2: {} passi"


def test_the_phrase_with_the_most_text_is_meant():
    """A sentence of its own comes before one that would take half of it for a value."""
    book = Phrasebook({"{} of {}": "{} di {}", "none of {}": "nessuno di {}"})

    assert book.told("none of 3") == "nessuno di 3"
    assert book.told("2 of 3") == "2 di 3"


def test_text_of_values_counts_as_well():
    """The outer phrase may have less text of its own than one that would tear an inner one apart."""
    book = Phrasebook(
        {
            "{} rows, bs={}": "{} righe, bs={}",
            "{}, batch {}": "{}, batch {}",
            "14 rows, bs=4, the first three batches": "14 righe, bs=4, i primi tre batch",
        }
    )

    told_apart = book.told("14 rows, bs=4, the first three batches, batch 0")

    assert told_apart == "14 righe, bs=4, i primi tre batch, batch 0"


@pytest.mark.parametrize("value", ["a\nb", r"\1 {} {0} (.*)", ""])
def test_any_value_comes_through(value):
    """Lines, braces and backslashes in a value are a student's, and are left alone."""
    assert Phrasebook({"got {}": "ottenuto {}"}).told(f"got {value}") == f"ottenuto {value}"


def test_a_long_value_is_told_quickly():
    """What a student hands in cannot keep the judge busy, nor fill its stack."""
    book = Phrasebook({"the {}": "il {}", "{} a {} a {} a {} a {}!": "{}{}{}{}{}!"})
    text = "the " + "a a " * 5_000

    assert book.told(text) == "il " + text[4:]
    assert book.told("the " * 5_000).startswith("il il il il the the")
    greedy = Phrasebook({f"{'{} a ' * n}{{}}b{{}}": "{}" * (n + 2) for n in range(1, 40)})
    assert greedy.told("a b " * 1_000)


@pytest.mark.parametrize("text", ["one two", "onetwo", "one", "two", "one  two two"])
def test_pieces_do_not_overlap(text):
    """Beginning and end of a phrase are both there, or it is another one."""
    told_apart = Phrasebook({"one {}two": "uno {}due", "one{}e": "x"}).told(text)

    assert told_apart == {"one two": "uno due", "one  two two": "uno  two due"}.get(text, text)


def test_what_is_put_together_is_told_piece_by_piece():
    """A colon or a comma between two phrases needs no entry of its own."""
    book = Phrasebook({"at first": "all'inizio", "no row": "nessuna riga"})

    assert book.told("at first: bias, no row") == "all'inizio: bias, nessuna riga"


def test_nothing_is_told_outside():
    """Without messages a suite's words are its own."""
    with telling({"no row": "nessuna riga"}):
        assert told("no row") == "nessuna riga"
    assert told("no row") == "no row"


def test_phrases_are_found_in_the_source(tmp_path):
    """Sentences are found, but no documentation, hints of checks, nor names of what was observed."""
    (tmp_path / "test_correctness.py").write_text(_SUITE)
    (tmp_path / "probes.py").write_text('"""What is seen."""\nSEEN = "a plain list"\n')

    assert phrases_of(tmp_path) == {
        "three weeks later",
        "batch {} of {}",
        "{}: expected {} rows, got {}",
        "no row",
        "{} batch",
        "losses",
        "a plain list",
    }
    assert "float32" in literals_of(tmp_path)
