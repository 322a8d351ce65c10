"""Documents that cannot go stale: what they say is compared with what is there."""

from __future__ import annotations

import enum
import importlib.util
import re
import shlex
import types
import typing
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from autograder.audit import audit
from autograder.course.catalog import Catalog
from autograder.course.completeness import shortcomings
from autograder.results import report
from autograder.results.picture import Picture
from autograder.results.report import Report
from autograder.results.verdict import Verdict
from cli import main

_ROOT = Path(__file__).resolve().parents[1]
_PAGES = sorted(
    path
    for path in _ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "out" for part in path.relative_to(_ROOT).parts)
)
_OUTSIDE = {"keepachangelog.com", "semver.org"}
"""Hosts that a document may send a reader to."""
_SETTINGS = ("Makefile", "constraints.txt", "pyproject.toml", ".ci/run", ".importlinter")
_PLACES = ("/proc", "/etc", "/dev", "/usr", "/opt", "/srv")
"""Absolute paths that mean the same on every machine."""

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_SHOWN = re.compile(
    r"^`((?:assignments|solutions)/\S+)`[^\n]*:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
"""A file that a guide shows whole: its path, and its text."""
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ROW = re.compile(r"^\| `([^`|]+)` \|(?: ([^|]*) \|)?", re.MULTILINE)
_HOST = re.compile(r"\b((?:[a-z0-9-]+\.)+(?:com|org|net|dev|io|ai|edu))\b")
_ABSOLUTE = re.compile(r"(?<![\w.)>*\]/-])(/[a-z]\w+)(?=/)")
_STRUCTS = [getattr(report, name) for name in report.__all__ if name != "VERSION"]

each_page = pytest.mark.parametrize(
    "page", _PAGES, ids=lambda path: path.relative_to(_ROOT).as_posix()
)


def _text(name: str) -> str:
    return (_ROOT / name).read_text(encoding="utf-8")


def _section(page: str, title: str) -> str:
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


# The command line.


def test_the_page_of_commands_is_what_help_says():
    """`docs/cli.md` is what `docs/make_cli.py` would write now."""
    path = _ROOT / "docs" / "make_cli.py"
    spec = importlib.util.spec_from_file_location("make_cli", path)
    make_cli = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_cli)

    assert make_cli.PAGE.read_text(encoding="utf-8") == make_cli.text(), (
        "docs/cli.md is out of date; run: python docs/make_cli.py"
    )


def _command_lines(text: str) -> list[str]:
    """Return what a reader may type: lines of shell blocks and code spans that begin with a word."""
    lines = [
        line.strip().removeprefix("$ ")
        for _, language, block in _FENCE.findall(text)
        if language in ("console", "bash")
        for line in block.splitlines()
        if language == "bash" or line.strip().startswith("$ ")
    ]
    return lines + _SPAN.findall(_FENCE.sub("", text))


def _calls(text: str, program: str) -> list[list[str]]:
    """Return the arguments of every call of *program* that *text* shows."""
    found = []
    for line in _command_lines(text):
        for part in re.split(r"&&|[|;>]", line):
            words = part.split()
            if words[:1] == [program]:
                found.append(shlex.split(part, comments=True)[1:])
    return found


def _parse(arguments: list[str]) -> None:
    """Parse a call of `grade` without running it; raise what click finds wrong with it."""
    root = click.Context(main, info_name="grade")
    _, rest, _ = main.make_parser(root).parse_args(list(arguments))
    if not rest:
        return
    name, *own = rest
    command = main.commands.get(name)
    if command is None:
        raise click.UsageError(f"no command {name!r}")
    context = click.Context(command, info_name=name, parent=root)
    if isinstance(command, click.Group) and own:
        command = command.commands.get(own.pop(0)) or pytest.fail(f"{name} has no {own}")
        context = click.Context(command, parent=context)
    _, surplus, _ = command.make_parser(context).parse_args(own)
    if surplus and isinstance(command, click.Group):
        inner = command.commands.get(surplus[0])
        if inner is None:
            raise click.UsageError(f"no command {surplus[0]!r} of {name!r}")
        context = click.Context(inner, info_name=surplus[0], parent=context)
        _, surplus, _ = inner.make_parser(context).parse_args(surplus[1:])
    if surplus:
        raise click.UsageError(f"{name!r} takes no {surplus}")


@each_page
def test_every_command_that_a_page_names_exists(page):
    """Every `grade ...` in a document is a command with options that it has."""
    for arguments in _calls(page.read_text(encoding="utf-8"), "grade"):
        try:
            _parse(arguments)
        except click.UsageError as error:
            pytest.fail(f"grade {' '.join(arguments)}: {error.message}")


@pytest.mark.parametrize(
    "line", ["grade gradify", "grade check --wach", "grade doctor mlp", "grade --curse DIR list"]
)
def test_a_command_that_does_not_exist_is_found(line):
    """A misspelt command or option in a document would be noticed."""
    ((arguments, *_),) = [_calls(f"Run `{line}` now.", "grade")]

    with pytest.raises(click.UsageError, match=r"no|No|takes"):
        _parse(arguments)


@each_page
def test_every_make_target_that_a_page_names_exists(page):
    """Every `make ...` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))

    for arguments in _calls(page.read_text(encoding="utf-8"), "make"):
        assert {word for word in arguments if "=" not in word} <= targets


# Links and names.


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_every_link_leads_somewhere(page):
    """A link inside the project leads to a file that exists, and to a heading in it."""
    text = _SPAN.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))

    for link in _LINK.findall(text):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target.read_text(encoding="utf-8")), link


@each_page
def test_every_path_that_a_page_names_exists(page):
    """A code span that looks like a path of this project is one."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    begins = ("autograder/", "docs/", "examples/", "tests/", "benchmarks/")

    for span in _SPAN.findall(text):
        if span.startswith(begins) and not re.search(r"[<*{ ]", span):
            assert (_ROOT / span).exists(), span


@pytest.mark.parametrize(
    "name", [*(p.relative_to(_ROOT).as_posix() for p in _PAGES), *_SETTINGS], ids=str
)
def test_no_page_names_a_strange_host_or_a_place_on_one_machine(name):
    """Documents and settings name no host but those listed here, and no path of one machine."""
    text = _text(name)

    assert set(_HOST.findall(text)) <= _OUTSIDE
    assert {p for p in _ABSOLUTE.findall(text) if not p.startswith(_PLACES)} == set()


def test_the_glossary_names_what_exists():
    """Every module and file in the glossary's last column is there, and words are unique."""
    text = _text("docs/glossary.md")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| `([^`]+)` \|$", text, re.MULTILINE)

    places = [place for _, place in rows]
    modules = [place for place in places if place.startswith("autograder")]
    missing = [m for m in modules if importlib.util.find_spec(m) is None]
    missing += [p for p in places if p not in modules and not (_ROOT / p).exists()]

    assert len(rows) == len(re.findall(r"^\| ", text, re.MULTILINE)) - 2
    assert len({word for word, _ in rows}) == len(rows)
    assert missing == []


def test_a_glossary_word_that_is_a_module_is_found_there():
    """Where a module is named by a word of the glossary, the glossary sends the reader to it."""
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]+ \| `([^`]+)` \|$", _text("docs/glossary.md"), re.MULTILINE
    )
    stems = {path.stem for path in (_ROOT / "autograder").rglob("*.py")}

    wrong = {word: place for word, place in rows if word in stems and place.split(".")[-1] != word}

    assert wrong == {}


def test_the_layers_in_the_architecture_are_those_of_the_contract():
    """The layers in ARCHITECTURE.md are those of `.importlinter`, in the same order."""
    contract = _text(".importlinter").partition("layers =\n")[2].partition("exhaustive")[0]
    expected = [tuple(line.replace(":", " ").split()) for line in contract.splitlines() if line]

    block = _FENCE.search(_section(_text("ARCHITECTURE.md"), "Layers"))[3]
    rows = [re.split(r" {4,}", line)[0] for line in block.splitlines()]

    assert rows[0] == "cli.py"
    assert [tuple(row.split()) for row in rows[1:]] == expected


def test_the_readme_lists_every_exercise():
    """README's table of exercises has every one, with its minutes and points, in teaching order."""
    rows = re.findall(
        r"^\| `(\w+)` \| .* \| (\d+) to (\d+) \| (\d+) \|$", _text("README.md"), re.MULTILINE
    )

    expected = [
        (e.id, str(e.minutes[0]), str(e.minutes[1]), f"{e.possible:g}") for e in Catalog(_ROOT)
    ]
    assert rows == expected


# The report.


@pytest.mark.parametrize(
    "struct", [s for s in _STRUCTS if issubclass(s, msgspec.Struct)], ids=lambda s: s.__name__
)
def test_every_field_of_a_report_is_documented(struct):
    """The report's page has every field of every struct, in order, with its type."""
    table = _section(_text("docs/report-format.md"), struct.__name__).partition("\n\n| kind")[0]
    table = table.partition("\n\n| verdict")[0]

    fields = [(f.name, _in_words(f.type)) for f in _fields(struct)]
    assert _ROW.findall(table) == fields


def _fields(struct: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(struct)


def _in_words(kind: object) -> str:
    """Return the name by which the page calls a type."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if set(typing.get_args(Picture)) < set(arguments):
        return "Picture or null"
    if origin in (typing.Union, types.UnionType):
        return f"{_in_words(arguments[0])} or null"
    if origin is tuple:
        return f"list of {_in_words(arguments[0])}"
    if origin is dict:
        return "object"
    names = {str: "string", int: "integer", float: "number", bool: "boolean"}
    return names.get(kind, kind.__name__)


def test_every_kind_of_picture_is_documented():
    """The report's page has every kind of picture."""
    section = _section(_text("docs/report-format.md"), "Picture")

    tags = {kind.__struct_config__.tag for kind in typing.get_args(Picture)}
    assert {name for name, _ in _ROW.findall(section)} - {"is"} == tags


def test_every_verdict_is_documented():
    """The report's page has every verdict."""
    section = _section(_text("docs/report-format.md"), "CheckReport").partition("| verdict")[2]

    assert issubclass(Verdict, enum.Enum)
    assert {name for name, _ in _ROW.findall(section)} == {verdict.value for verdict in Verdict}


def test_every_kind_of_problem_is_documented():
    """The report's page has every kind of problem that the code can give, and no other."""
    folders = [_ROOT / "autograder" / name for name in ("submission", "judging")]
    code = "\n".join(p.read_text(encoding="utf-8") for f in folders for p in f.glob("*.py"))
    refused = set(re.findall(r"\brefuse\(\s*\"(\w+)\"", code))

    section = _section(_text("docs/report-format.md"), "Problem").partition("| kind")[2]
    documented = {name for name, _ in _ROW.findall(section.partition("\n")[2])}

    assert refused <= documented
    assert {kind for kind in documented if f'"{kind}"' not in code} == set()


def test_the_example_is_a_report():
    """The example on the report's page can be read by this engine, and written again alike."""
    (block,) = [b for _, language, b in _FENCE.findall(_text("docs/report-format.md")) if language]

    example = Report.from_json(block)

    assert msgspec.json.decode(example.to_json()) == msgspec.json.decode(block)
    assert {v.verdict for v in example.verdicts} > {Verdict.PASSED, Verdict.FAILED}


# The guide.


def test_the_first_course_of_the_guide_is_sound(tmp_path, monkeypatch):
    """The exercise that the guide builds, file by file, passes the audit."""
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-guide")
    for name, content in _SHOWN.findall(_text("docs/first-course.md")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    catalog = Catalog(tmp_path)

    (found,) = audit(catalog, catalog.exercises)

    assert found.findings == ()
    assert (found.checks, found.mistakes, found.spellings, found.told) == (3, 3, 1, 3)


def test_the_exercise_that_the_walk_through_adds_is_sound_and_released(tmp_path, monkeypatch):
    """Its commands make, and print, what the page says; its files pass the audit; it is listed."""
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-guide")
    monkeypatch.chdir(tmp_path)
    page = _text("docs/add-an-exercise.md")
    root = tmp_path / "mycourse"
    (root / "assignments").mkdir(parents=True)

    (arguments,) = [a for a in _calls(page, "grade") if "new" in a and len(a) > 1]
    made = CliRunner().invoke(main, arguments)
    begun = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    gone = {name.partition("/")[2] for (name,) in _calls(page, "rm")}
    for name in gone:
        (root / name).unlink()
    shown = dict(_SHOWN.findall(page))
    for name, content in shown.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    (found,) = audit(Catalog(root), [Catalog(root)["clipping"]])
    toml = root / "assignments/clipping/exercise.toml"
    toml.write_text(re.sub("^draft = true.*\n", "", toml.read_text(), flags=re.MULTILINE))

    assert made.exit_code == 0
    assert made.stdout in page
    assert begun - gone <= shown.keys()
    assert (found.findings, found.to_fill) == ((), ())
    row = re.search(r"^✓ clipping (.*)$", page, re.MULTILINE)[1].split()
    assert row[:-1] == [
        *(str(getattr(found, name)) for name in ("checks", "mistakes", "caught", "told")),
        *(str(found.accepted), f"{found.points:g}", "{}-{}".format(*found.minutes)),
    ]
    assert [e.id for e in Catalog(root)] == ["clipping"]
    assert list(shortcomings(Catalog(root)["clipping"])) == []


def test_the_library_that_the_guide_shows_exists():
    """The program in the guide compiles, and imports what is there."""
    blocks = [b for _, _, b in _FENCE.findall(_text("docs/first-course.md")) if "Grader(" in b]

    (program,) = blocks
    compile(program, "docs/first-course.md", "exec")
    for module, name in re.findall(r"^from (autograder\S+) import (\w+)$", program, re.MULTILINE):
        assert hasattr(importlib.import_module(module), name)
