"""The whole round through nbgrader's exchange, by users of this machine who are no friends."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import tempfile
from pathlib import Path

import pytest

from autograder.integrations.nbgrader import exchange as exchange_module

_TINY = Path(__file__).parents[1] / "tiny_course"
_RIGHT = (_TINY / "solutions/counter/counter.py").read_text()
_WRONG = (_TINY / "solutions/counter/mistakes/negates.py").read_text()

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")


@pytest.fixture
def public_folder():
    """Give a folder that every user of this machine can reach."""
    path = Path(tempfile.mkdtemp(prefix="torchgrade-exchange-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def exchange(public_folder):
    """Give an exchange, homes of three students, and the configuration that they share."""
    root = public_folder / "exchange"
    root.mkdir()
    root.chmod(0o777)
    (public_folder / "config").mkdir()
    config = f"c.Exchange.root = {str(root)!r}\nc.CourseDirectory.course_id = 'class101'\n"
    (public_folder / "config" / "nbgrader_config.py").write_text(config)
    for student in ("daemon", "bin", "sys"):
        home = public_folder / student
        home.mkdir(mode=0o700)
        os.chown(home, pwd.getpwnam(student).pw_uid, -1)
    return root


@as_root
@pytest.mark.slow
def test_a_round_through_the_exchange(new_class, exchange, public_folder, tmp_path):
    """Fetch, write, hand in, collect, autograde, feedback: each by its own command and user."""
    homes = {name: public_folder / name for name in ("daemon", "bin", "sys")}
    own = new_class(tmp_path, config=f"c.Exchange.root = {str(exchange)!r}\n")
    own.run("release_assignment", "counter")
    for name, home in homes.items():
        own.student(name, home, "nbgrader", "fetch_assignment", "counter")
    for name, text in (("daemon", _RIGHT), ("bin", _WRONG), ("sys", _RIGHT)):
        (homes[name] / "counter" / "counter.py").write_text(text)

    said = own.student("daemon", homes["daemon"] / "counter", "grade", "submit", "counter")
    as_json = own.student("bin", homes["bin"] / "counter", "grade", "submit", "counter", "--json")
    own.student("sys", homes["sys"], "nbgrader", "submit", "counter")
    (planted,) = exchange.glob("class101/inbound/sys+counter+*")
    (planted / "counter.py").unlink()
    (planted / "counter.py").symlink_to(own.mine / "solutions/counter/counter.py")

    assert "Handed in through nbgrader: 'counter' of the course 'class101'" in said
    assert '"assignment": "counter"' in as_json
    own.run("collect", "counter")
    own.run("autograde", "counter")
    own.run("generate_feedback", "counter")
    own.run("release_feedback", "counter")
    right = own.student("daemon", homes["daemon"] / "counter", "grade", "feedback", "counter")
    wrong = own.student("bin", homes["bin"] / "counter", "grade", "feedback", "--json")
    linked = own.student("sys", homes["sys"] / "counter", "grade", "feedback", "counter")

    assert "7 of 7 points" in right
    assert "/feedback/" in right
    told = json.loads(wrong[wrong.index("{") :])
    assert told["text"].startswith("0 of 7 points")
    assert "known mistake" in told["text"]
    assert linked.startswith("0 of 7 points")
    assert not (own.submitted("sys") / "counter.py").exists()


def test_without_nbgrader_there_is_no_exchange(tmp_path, monkeypatch):
    """Where nbgrader is not installed, nothing is looked for."""
    monkeypatch.setitem(__import__("sys").modules, "nbgrader.apps", None)

    assert exchange_module.find_exchange(tmp_path) is None


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Give an exchange that a configuration names, and a student's folder of an assignment."""
    pytest.importorskip("nbgrader.apps")
    config = tmp_path / "config"
    config.mkdir()
    root = tmp_path / "exchange"
    root.mkdir()
    (config / "nbgrader_config.py").write_text(f"c.Exchange.root = {str(root)!r}\n")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(config))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "home" / "adder"
    folder.mkdir(parents=True)
    return folder


def test_an_exchange_that_is_not_there_is_none(configured):
    """A configured root without a folder is no exchange."""
    (configured.parents[1] / "exchange").rmdir()

    assert exchange_module.find_exchange(configured) is None


def test_an_assignment_that_no_course_has_is_refused(configured):
    """The sentence names the assignment, and what to do."""
    found = exchange_module.find_exchange(configured)

    with pytest.raises(exchange_module.UserError, match="has no course with an assignment 'adder'"):
        found.hand_in()


def test_two_courses_with_one_assignment_are_asked_about(configured):
    """It is never guessed where work goes."""
    for course in ("a", "b"):
        (configured.parents[1] / "exchange" / course / "outbound" / "adder").mkdir(parents=True)

    with pytest.raises(exchange_module.UserError, match="has 2 courses with an assignment 'adder'"):
        exchange_module.find_exchange(configured).hand_in()


def test_what_nbgrader_refuses_is_said_in_its_words(configured):
    """A course without an inbound folder takes nothing."""
    (configured.parents[1] / "exchange" / "a" / "outbound" / "adder").mkdir(parents=True)
    (configured.parents[1] / "exchange").chmod(0o777)

    with pytest.raises(exchange_module.UserError, match="did not take it: Inbound directory"):
        exchange_module.find_exchange(configured).hand_in()


def test_feedback_that_is_not_there_yet_is_none(configured):
    """Before anything was released, there is nothing to show."""
    root = configured.parents[1] / "exchange"
    root.chmod(0o777)
    for place in ("outbound/adder", "inbound", "feedback"):
        (root / "a" / place).mkdir(parents=True)

    assert exchange_module.find_exchange(configured).fetch_feedback() is None
