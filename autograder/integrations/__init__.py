"""Where other people's tools meet the engine: nbgrader, notebooks."""
