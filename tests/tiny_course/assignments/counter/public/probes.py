"""Probes of the public suite."""


def total_of(impl, parts):
    """Return the total after adding every part."""
    counter = impl.Counter()
    for part in parts:
        counter.add(part)
    return counter.total()
