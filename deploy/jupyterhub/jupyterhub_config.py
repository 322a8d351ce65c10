"""A Hub on one machine: two students, a teacher, nbgrader's exchange, and torchgrade in every server.

Start it as root, in a folder that only root can read, once `prepare` has run there:

    cd /srv/jupyterhub && jupyterhub --config /srv/torchgrade-hub/jupyterhub_config.py

docs/jupyterhub.md says why each line is here.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 - traitlets gives it to this file

HERE = Path(__file__).resolve().parent
TEACHERS = set(os.environ.get("TORCHGRADE_TEACHERS", "teacher").split())
STUDENTS = set(os.environ.get("TORCHGRADE_STUDENTS", "ada ben").split())

# Who may come in. Passwords are those of the system (PAM), unless another authenticator is named.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.Authenticator.allowed_users = TEACHERS | STUDENTS

# Every server runs in the Python of this Hub, whatever is first on somebody's PATH.
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.environment = {
    "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
    "TORCHGRADE_EXCHANGE": os.environ.get("TORCHGRADE_EXCHANGE", "/srv/nbgrader/exchange"),
    "TORCHGRADE_CLASS": os.environ.get("TORCHGRADE_CLASS", "course101"),
    "PYTHONNOUSERSITE": "1",  # a package in ~/.local must not take the place of ours
}
c.Spawner.default_url = "/lab"
# The first JupyterLab of the day reads everything from the disk.
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.notebook_dir = "~"


def give_settings(spawner):
    """Point the server at the settings in this folder: everyone's, and those of its role."""
    role = "teachers" if spawner.user.name in TEACHERS else "students"
    spawner.environment = spawner.environment | {
        "JUPYTER_CONFIG_PATH": f"{HERE / role}:{HERE / 'everyone'}",
        "TORCHGRADE_IN_LAB": "1" if c.JupyterHub.get("subdomain_host") else "",
    }


c.Spawner.pre_spawn_hook = give_settings
