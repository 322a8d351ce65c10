"""A ledger is opened, brought up to date, or refused in one sentence."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from autograder.errors import LedgerError
from autograder.ledger.models import Base
from autograder.ledger.opening import opened


def test_the_migrations_make_what_the_models_say(where):
    """From nothing, all steps together make the tables of `models.py`."""
    engine = opened(where)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differences == []


def test_opening_again_changes_nothing(where):
    """A ledger that is up to date is opened as it is."""
    opened(where).dispose()
    engine = opened(where)

    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == ("0002",)
    engine.dispose()


def test_an_older_ledger_keeps_what_it_has(where):
    """Opening it takes the steps that are missing, and loses no row."""
    engine = opened(where)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO blobs VALUES ('sha256:1', 'x')"))
        connection.execute(sa.text("DROP TABLE regrades"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()

    engine = opened(where)

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM blobs")) == 1
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_a_newer_ledger_is_refused(where):
    """What a newer engine has migrated is not touched, and the sentence says what to do."""
    engine = opened(where)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(LedgerError, match=r"newer torchgrade .*'9999'.* Update torchgrade"):
        opened(where)


def test_a_database_of_something_else_is_refused(tmp_path):
    """A database with strange tables is left as it is."""
    path = tmp_path / "gradebook.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE student (id)")
    connection.close()

    with pytest.raises(LedgerError, match="is no ledger, and not empty"):
        opened(str(path))


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("nowhere/ledger.sqlite", "no folder 'nowhere'"),
        ("mysql://host/db", "not of 'mysql'"),
        ("://", "no URL of a ledger"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be used: .*connection"),
    ],
)
def test_a_place_that_cannot_be_is_one_sentence(tmp_path, monkeypatch, where, sentence):
    """A wrong path or URL is told in a sentence, without a password in it."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(LedgerError, match=sentence):
        opened(where)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    """A file of something else is not written over."""
    path = tmp_path / "ledger.sqlite"
    path.write_text("these are my notes, and they are long enough to be no database at all" * 20)

    with pytest.raises(LedgerError, match="not a database"):
        opened(str(path))
    assert path.read_text().startswith("these")


def test_sqlite_is_opened_for_many(tmp_path):
    """Write-ahead log, waiting and foreign keys are in force on every connection."""
    engine = opened(str(tmp_path / "ledger.sqlite"))

    with engine.connect() as connection:
        found = [
            connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        ]
    engine.dispose()
    assert found == ["wal", 30_000, 1, 2]
