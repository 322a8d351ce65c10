"""How a submission is judged: the pytest plugin, comparison, diagnosis."""
