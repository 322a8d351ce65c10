"""Where untrusted code runs: the fork server, the cage, the worker, the wire."""
