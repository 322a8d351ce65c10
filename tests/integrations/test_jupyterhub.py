"""The Hub of `deploy/jupyterhub` with users of this machine, driven by a real browser.

The users are made for these tests and removed again. The Hub runs as root in a mount namespace of
its own, in which ordinary users can run this Python (tests/as_user.py); its proxy and its servers
listen on the loopback interface only.
"""

from __future__ import annotations

import csv
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course.catalog import Catalog
from autograder.grading import Grader
from tests.conftest import take_picture

_ROOT = Path(__file__).resolve().parents[2]
_DEPLOY = _ROOT / "deploy" / "jupyterhub"
_AS_ROOT = (sys.executable, str(_ROOT / "tests" / "as_user.py"), "--uid", "0")
_PROXY = "configurable-http-proxy"
_RIGHT = (_ROOT / "solutions/optimizer/optimizer.py").read_text()
_WRONG = (_ROOT / "solutions/optimizer/mistakes/adds_the_gradient.py").read_text()
_WRONG = _WRONG.partition('"""\n')[2]  # without the sentence that the page is to show
_PATIENCE = 180
"""Seconds that a page or a server may take on a busy machine."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        os.geteuid() != 0, reason="only root can make users and start their servers"
    ),
    pytest.mark.skipif(not shutil.which("useradd"), reason="there is no useradd"),
]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A Hub that runs: its *url*, and the names of its users."""

    url: str
    password: str
    folder: Path
    teacher: str
    students: tuple[str, ...]

    def home(self, name: str) -> Path:
        """Return the home folder of a user."""
        return self.folder / "homes" / name


def _environment(hub: Hub) -> dict[str, str]:
    own = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return own | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}",
        "PYTHONPATH": str(_ROOT),
        "TORCHGRADE_COURSE": str(hub.folder / "course"),
        "TORCHGRADE_EXCHANGE": str(hub.folder / "exchange"),
        "TORCHGRADE_HOMES": str(hub.folder / "homes"),
        "TORCHGRADE_PYTHON": sys.executable,
        "TORCHGRADE_STUDENTS": " ".join(hub.students),
        "TORCHGRADE_TEACHERS": hub.teacher,
    }


def _prepare(hub: Hub, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = [*_AS_ROOT, str(hub.folder / "deploy" / "prepare")]
    done = subprocess.run(
        command, env=_environment(hub), check=False, capture_output=True, text=True
    )
    assert (done.returncode == 0) is check, done.stderr
    return done


def _as(hub: Hub, name: str, folder: Path, *command: str) -> str:
    """Run a command as a user in a folder of theirs, as a terminal of the Hub does."""
    deploy = hub.folder / "deploy"
    role = "teachers" if name == hub.teacher else "students"
    settings = {
        "HOME": str(hub.home(name)),
        "JUPYTER_CONFIG_PATH": f"{deploy / role}:{deploy / 'everyone'}",
    }
    put_on = ("runuser", "-u", name, "--", "env", "-C", str(folder))
    words = [*_AS_ROOT, *put_on, *(f"{key}={value}" for key, value in settings.items()), *command]
    done = subprocess.run(
        words,
        env=_environment(hub),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _as_teacher(hub: Hub, *command: str) -> str:
    return _as(hub, hub.teacher, hub.home(hub.teacher) / "course101", *command)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def prepared():
    """Give users, an exchange and a course that has released an assignment; no Hub yet."""
    folder = Path(tempfile.mkdtemp(prefix="torchgrade-hub-"))
    folder.chmod(0o755)
    mark = f"tg{os.getpid()}"
    hub = Hub(
        url=f"http://127.0.0.1:{_free_port()}",
        password=secrets.token_hex(8),
        folder=folder,
        teacher=f"{mark}t",
        students=tuple(f"{mark}{letter}" for letter in "abcdef"),
    )
    (folder / "homes").mkdir()
    shutil.copytree(_DEPLOY, folder / "deploy")
    for tree in ("assignments", "solutions"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(
            _ROOT / tree / "optimizer", folder / "course" / tree / "optimizer", ignore=ignored
        )
    try:
        _prepare(hub, check=False)  # makes the users, and refuses a course that all can read
        teacher = pwd.getpwnam(hub.teacher)
        for path in ((folder / "course"), *(folder / "course").rglob("*")):
            os.chown(path, teacher.pw_uid, teacher.pw_gid)
        (folder / "course").chmod(0o700)
        _prepare(hub)
        grade = (sys.executable, "-P", "-m", "cli", "--course", str(folder / "course"))
        _as_teacher(hub, *grade, "release", "optimizer", "--nbgrader", ".")
        _as_teacher(hub, "nbgrader", "generate_assignment", "optimizer")
        _as_teacher(hub, "nbgrader", "release_assignment", "optimizer")
        yield hub
    finally:
        for name in (hub.teacher, *hub.students):
            subprocess.run(["userdel", "--remove", name], check=False, capture_output=True)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def hub(prepared):
    """Start the Hub as its documentation says, but for ports and passwords; end it at the end."""
    if not shutil.which(_PROXY):
        pytest.skip(f"there is no {_PROXY} (npm has it)")
    pytest.importorskip("jupyterhub")
    state = prepared.folder / "state"
    state.mkdir(mode=0o700)
    config = prepared.folder / "hub_of_the_tests.py"
    config.write_text(
        f"load_subconfig({str(prepared.folder / 'deploy' / 'jupyterhub_config.py')!r})\n"
        f"c.JupyterHub.bind_url = {prepared.url!r}\n"
        f"c.JupyterHub.hub_port = {_free_port()}\n"
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{_free_port()}'\n"
        f"c.JupyterHub.authenticator_class = 'dummy'\n"
        f"c.DummyAuthenticator.password = {prepared.password!r}\n"
    )
    command = [*_AS_ROOT, sys.executable, "-m", "jupyterhub", "--config", str(config)]
    with (prepared.folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=state, env=_environment(prepared), stdout=log, stderr=log
        )
    try:
        _wait_for(f"{prepared.url}/hub/health", process, prepared.folder / "hub.log")
        yield prepared
    finally:
        process.send_signal(signal.SIGTERM)  # the Hub then ends its servers and its proxy
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the Hub did not start:\n{log.read_text()}")


@pytest.fixture
def visit(hub, browser):
    """Give a function that logs somebody in, and returns a page in their own browser profile."""
    contexts = []

    def log_in(name: str, path: str):
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE * 1000)
        page.goto(f"{hub.url}/hub/login?next=/hub/spawn")
        page.fill("#username_input", name)
        page.fill("#password_input", hub.password)
        page.click("#login_submit")
        page.wait_for_url(f"{hub.url}/user/{name}/lab*")
        if path != "lab":
            page.goto(f"{hub.url}/user/{name}/{path}")
        return page

    yield log_in
    for context in contexts:
        context.close()


def _choose(page, menu: str, item: str) -> None:
    page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{menu}$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{item}$")).click()


def _write(page, lab: str, text: str) -> None:
    """Put *text* in the place of what is in the student's file, in JupyterLab's editor."""
    page.goto(f"{lab}/tree/optimizer/optimizer.py?reset")
    editor = page.locator(".jp-FileEditor .cm-content")
    editor.wait_for()
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("Control+S")


def _run_notebook(page, lab: str) -> str:
    """Run all cells of the notebook, and return what the last one that shows checks shows."""
    page.goto(f"{lab}/tree/optimizer/optimizer.ipynb?reset")
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    _choose(page, "Kernel", "Restart Kernel and Clear Outputs of All Cells…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    _choose(page, "Run", "Run All Cells")
    shown = page.locator(".jp-OutputArea-output", has_text=re.compile(r"\d of 8 checks")).first
    shown.wait_for()
    shown.scroll_into_view_if_needed()
    return shown.inner_text()


def _assignments(page):
    """Open the list of assignments, and return it."""
    _choose(page, "Nbgrader", "Assignment List")
    return page.locator("#nbgrader-assignment-list")


def _press(page, button: str) -> str:
    """Press a button of formgrader's, and return what it then says."""
    page.locator(f".{button} a").click()
    said = page.locator(".modal.in")
    said.wait_for()
    text = said.inner_text()
    said.locator("button").last.click()
    said.wait_for(state="detached")
    return text


def test_a_round_in_the_browser(hub, visit):
    """A student works and submits in JupyterLab, a teacher grades in formgrader, feedback returns."""
    student = hub.students[0]
    lab = f"{hub.url}/user/{student}/lab"
    page = visit(student, "lab")
    listed = _assignments(page)
    listed.get_by_role("button", name="Fetch", exact=True).click()
    listed.locator("#fetched_assignments_list").get_by_text("optimizer").first.wait_for()
    _write(page, lab, _WRONG)
    wrong = _run_notebook(page, lab)
    take_picture(page, "1-wrong")
    _write(page, lab, _RIGHT)
    right = _run_notebook(page, lab)
    take_picture(page, "2-right")
    listed = _assignments(page)
    listed.get_by_role("button", name="Submit", exact=True).click()
    listed.locator("#submitted_assignments_list").get_by_text("UTC").first.wait_for()
    take_picture(page, "3-submitted")

    assert "2 of 8 checks" in wrong
    assert "expected" in wrong
    assert "Hint: Compute `p - lr * p.grad` by hand" in wrong
    assert "8 of 8 checks" in right

    desk = visit(hub.teacher, "formgrader")
    desk.locator(".collect a").wait_for()
    assert "Successfully collected" in _press(desk, "collect")
    desk.locator(".num-submissions a").click()
    assert "Successfully autograded" in _press(desk, "autograde")
    desk.locator(".score", has_text="50 / 50").wait_for()
    assert "Successfully generated feedback" in _press(desk, "generate-feedback")
    assert "Successfully released feedback" in _press(desk, "release-feedback")
    take_picture(desk, "4-formgrader")

    listed.get_by_role("button", name="Fetch Feedback", exact=True).click()
    listed.get_by_text("(view feedback)").click()
    page.locator(".jp-DirListing-item", has_text="optimizer.html").dblclick()
    feedback = page.frame_locator(".jp-HTMLViewer iframe")
    feedback.get_by_text("as it was handed in").first.wait_for()
    take_picture(page, "5-feedback")

    assert "50.0 / 50.0" in feedback.locator("body").inner_text()


def test_a_terminal_finds_our_commands_and_nbgraders(hub, visit):
    """A terminal of JupyterLab has the PATH of the server: `grade` and `nbgrader` are on it."""
    student = hub.students[1]
    page = visit(student, "lab")
    page.locator(".jp-LauncherCard", has_text="Terminal").click()
    terminal = page.locator(".jp-Terminal .xterm")
    terminal.wait_for()
    terminal.click()
    page.keyboard.type("(grade --help; nbgrader list) > seen 2>&1; echo done > done\n", delay=20)
    _wait_until((hub.home(student) / "done").exists)

    seen = (hub.home(student) / "seen").read_text()
    assert "Usage: grade" in seen
    assert "course101 optimizer" in seen


def test_formgrader_is_a_teachers(hub, visit):
    """A student's server has no formgrader, neither as a page nor in the menu."""
    student = hub.students[1]
    page = visit(student, "lab")
    page.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    items = page.locator(".lm-Menu-itemLabel").all_inner_texts()
    answer = page.request.get(f"{hub.url}/user/{student}/formgrader")

    assert "Assignment List" in items
    assert "Formgrader" not in items
    assert answer.status == 404


def test_another_ones_server_is_closed(hub, visit):
    """A student who asks for the teacher's server is refused."""
    page = visit(hub.students[1], "lab")

    answer = page.request.get(f"{hub.url}/user/{hub.teacher}/formgrader")

    assert answer.status in (403, 404)


def _wait_until(holds) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"it did not happen in {_PATIENCE} s"
        time.sleep(0.2)


def _refused(name: str, *command: str) -> bool:
    done = subprocess.run(["runuser", "-u", name, "--", *command], check=False, capture_output=True)
    return done.returncode != 0


def test_students_reach_neither_the_course_nor_each_other(prepared):
    """Hidden suite, gradebook and homes are closed, and nobody moves a teacher's exchange."""
    one, other = prepared.students[:2]
    outbound = prepared.folder / "exchange" / "course101"

    assert _refused(one, "ls", str(prepared.folder / "course" / "solutions"))
    assert _refused(one, "ls", str(prepared.home(prepared.teacher) / "course101"))
    assert _refused(one, "ls", str(prepared.home(other)))
    assert _refused(one, "mv", str(outbound), f"{outbound}-gone")
    assert _refused(one, "ls", str(outbound / "inbound"))
    assert not _refused(one, "ls", str(outbound / "outbound" / "optimizer"))


def test_preparing_again_changes_nothing(prepared):
    """`prepare` may be run as often as one likes."""
    config = prepared.home(prepared.teacher) / "course101" / "nbgrader_config.py"
    before = config.read_bytes()

    said = _prepare(prepared).stdout

    assert config.read_bytes() == before
    assert "is as it should be" in said


def test_a_course_that_students_can_read_is_refused(prepared):
    """`prepare` says which student can read the hidden suite, and what to type."""
    (prepared.folder / "course").chmod(0o755)
    try:
        said = _prepare(prepared, check=False).stderr
    finally:
        (prepared.folder / "course").chmod(0o700)

    assert f"'{prepared.students[0]}' can read" in said
    assert "chmod 700" in said


def _tamper(path: Path) -> None:
    """Delete a grade cell, copy another, edit a third, and forge what it printed."""
    notebook = json.loads(path.read_text())
    first, second, third = (
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")
    )
    notebook["cells"].remove(first)
    notebook["cells"].append(second)
    third["source"], third["metadata"]["nbgrader"]["points"] = "99", 99
    value = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    third["outputs"] = [value | {"data": {"text/plain": "99"}}]
    path.write_text(json.dumps(notebook))


def test_a_round_on_the_command_line(prepared):
    """Seven ordinary users and one exchange: every file is worth what the engine gives it alone."""
    kinds = dict(
        zip(
            ("right", "wrong", "hangs", "tampers", "links", "broken"),
            prepared.students,
            strict=True,
        )
    )
    grade = (sys.executable, "-P", "-m", "cli", "--course", str(prepared.folder / "course"))
    _as_teacher(prepared, *grade, "release", "optimizer", "--nbgrader", ".", "--as", "round")
    for step in ("generate_assignment", "release_assignment"):
        _as_teacher(prepared, "nbgrader", step, "round")
    for kind, name in kinds.items():
        home = prepared.home(name)
        _as(prepared, name, home, "nbgrader", "fetch_assignment", "round")
        text = {"wrong": _WRONG, "hangs": f"{_RIGHT}\nwhile True: pass\n"}.get(kind, _RIGHT)
        (home / "round" / "optimizer.py").write_text(text)
        if kind == "tampers":
            _tamper(home / "round" / "round.ipynb")
        if kind == "broken":
            (home / "round" / "round.ipynb").write_text('{"cells": [')
        _as(prepared, name, home, "nbgrader", "submit", "round")
    secret = prepared.folder / "course" / "solutions" / "optimizer" / "optimizer.py"
    (planted,) = prepared.folder.glob(f"exchange/course101/inbound/{kinds['links']}+round+*")
    _as(prepared, kinds["links"], planted, "ln", "-sf", str(secret), "optimizer.py")

    for step in ("collect", "autograde", "generate_feedback", "release_feedback"):
        _as_teacher(prepared, "nbgrader", step, "round")
    _as_teacher(prepared, "nbgrader", "export", "--assignment", "round", "--to", "grades.csv")
    course = prepared.home(prepared.teacher) / "course101"
    with (course / "grades.csv").open() as file:
        exported = {
            row["student_id"]: float(row["score"])
            for row in csv.DictReader(file)
            if row["assignment"] == "round"
        }
    catalog = Catalog(prepared.folder / "course")
    with Grader(catalog) as grader:
        alone = {
            name: grader.grade(
                course / "submitted" / name / "round", catalog["optimizer"]
            ).score.earned
            for name in kinds.values()
        }
    _as(
        prepared,
        kinds["right"],
        prepared.home(kinds["right"]),
        "nbgrader",
        "fetch_feedback",
        "round",
    )
    (page,) = prepared.home(kinds["right"]).glob("round/feedback/*/round.html")

    assert exported == alone
    assert {kind: exported[name] for kind, name in kinds.items() if kind != "wrong"} == {
        "right": 50,
        "hangs": 0,
        "tampers": 50,
        "links": 0,
        "broken": 50,
    }
    assert 0 < exported[kinds["wrong"]] < 50
    assert not (course / "submitted" / kinds["links"] / "round" / "optimizer.py").exists()
    assert "50.0 / 50.0" in re.sub(r"\s+", " ", page.read_text())
