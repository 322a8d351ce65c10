"""Reach a scheduler, and refuse a way on which others could read along."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autograder.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["connected", "require_private"]

_PATIENCE = 10.0
"""Seconds until a scheduler that does not answer is given up."""
_SEALED_SCHEMES = {"tls", "wss", "inproc"}


def require_private(addresses: Iterable[str]) -> None:
    """Refuse addresses on other machines that are reached without TLS.

    Raises:
        UserError: If there is one: hidden suites would be read, and reports altered, on the way.
    """
    for address in addresses:
        if not _is_private(address):
            raise UserError(
                f"The way to {address} is not encrypted: hidden suites could be read and reports "
                f"altered on it. Use TLS (a 'tls://' address), or accept it with --unencrypted."
            )


def _is_private(address: str) -> bool:
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme in _SEALED_SCHEMES or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """Yield a client of the scheduler at *address*; TLS is configured as Dask says.

    Raises:
        UserError: If `distributed` is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError("A cluster needs Dask: pip install 'torchgrade[cluster]'.") from error
    with _silenced("distributed", "distributed.client"):
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False, name="torchgrade")
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise UserError(f"No scheduler answers at {address}: {error}.") from error
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=2)


@contextlib.contextmanager
def _silenced(*names: str) -> Iterator[None]:
    """Keep Dask's log off the terminal: what a person must know is said in our words."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
