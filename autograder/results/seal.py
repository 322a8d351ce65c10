"""Seal a report with the course's secret, so that an altered or foreign one is found out.

The seal is an HMAC-SHA256 over the report as a student gets it (no seed). It binds score and
verdicts to the exercise, the course's digest and the digest of the submitted files. Pure functions.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from autograder.results.report import Report

__all__ = ["is_genuine", "sealed"]

_PURPOSE = b"torchgrade report, version 1\0"


def sealed(report: Report, secret: bytes) -> Report:
    """Return *report* with its seal."""
    return msgspec.structs.replace(report, seal=_seal(report, secret))


def is_genuine(report: Report, secret: bytes) -> bool:
    """Return whether *report* carries the seal that *secret* gives it."""
    return hmac.compare_digest(report.seal or "", _seal(report, secret))


def _seal(report: Report, secret: bytes) -> str:
    bare = msgspec.structs.replace(report.for_student(), seal=None)
    return hmac.digest(secret, _PURPOSE + msgspec.json.encode(bare), hashlib.sha256).hex()
