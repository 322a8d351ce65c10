"""Probes of the public suite."""


def total_of(impl, parts):
    """Return the total after adding every part."""
    counter = impl.Counter()
    for part in parts:
        counter.add(part)
    return counter.total()


def keeps_parts(impl, part):
    """Return whether *part* is unchanged after it was added, and the total."""
    before = part.clone()
    counter = impl.Counter()
    counter.add(part)
    counter.add(part)
    return bool((part == before).all()), counter.total()
