"""What every server needs."""

c = get_config()  # noqa: F821 - traitlets gives it to this file

# No login shell: /etc/profile would set PATH anew, and `grade` would not be found.
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}
