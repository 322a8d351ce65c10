"""The ledger: every submission and report ever taken in, in an SQL database that only grows."""

from autograder.ledger.store import Ledger

__all__ = ["Ledger"]
