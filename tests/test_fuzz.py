"""No bytes of an enemy crash the judge or the intake, and none earn a point.

The targets are those of `tests/fuzz/run_atheris.py`, which goes on for as long as it is let.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if sys.platform != "linux":
    pytest.skip("descriptors travel over local sockets", allow_module_level=True)

_PATH = Path(__file__).parent / "fuzz" / "targets.py"
_SPEC = importlib.util.spec_from_file_location("fuzz_targets", _PATH)
targets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(targets)

_SEEDS = {name: tuple(make()) for name, make in targets.SEEDS.items()}
_EXAMPLES = {"message": 400, "value": 400, "archive": 100, "worker": 150}


@st.composite
def _damaged(draw, name):
    """Draw a valid input of a target with some of its bytes changed, cut, repeated or added."""
    data = bytearray(draw(st.sampled_from(_SEEDS[name])))
    dice = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(0, 6))):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(4):
            case 0:
                data[at:at] = dice.randbytes(dice.randrange(9))
            case 1:
                del data[at : at + dice.randrange(1, 9)]
            case 2:
                data[at : at + 1] = bytes([dice.choice((0, 1, 0x7F, 0x80, 0xC1, 0xDF, 0xFF))])
            case 3:
                data += data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_bytes_of_an_enemy_are_read_or_refused(name):
    """Whatever arrives is a value that is compared, or a refusal."""

    @settings(
        max_examples=_EXAMPLES[name],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.one_of(_damaged(name), st.binary(max_size=300)))
    def read(data):
        targets.TARGETS[name](data)

    read()


@pytest.mark.parametrize("name", ["message", "value", "worker"])
def test_valid_bytes_are_no_point_either(name):
    """The inputs from which a fuzzer starts are read to their end, and are not what is expected."""
    for seed in _SEEDS[name]:
        targets.TARGETS[name](seed)


def test_a_point_for_nothing_would_be_seen():
    """What agrees with the expected value is a finding of the fuzzer's."""
    with pytest.raises(RuntimeError, match="nobody earned"):
        targets._compare(targets._EXPECTED[0].clone())
