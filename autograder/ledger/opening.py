"""Open the ledger's database: SQLite by path, PostgreSQL by URL, and bring it up to date.

Two processes may open at once: whoever comes second waits until the first has migrated. A
database that a newer engine has migrated is refused.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder import __version__
from autograder.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.course.catalog import Catalog
    from autograder.course.rules import Rules

__all__ = ["explained", "opened", "place_of"]

_SCRIPTS = Path(__file__).parent / "migrations"
_PATIENCE = 30
"""Seconds for which one waits for another process that writes."""
_MIGRATING = 0x746F7263
"""The number of the lock in PostgreSQL that whoever migrates holds."""


def place_of(catalog: Catalog, rules: Rules, named: str | None = None) -> str:
    """Return where the ledger of the course *catalog* is, a path or a URL.

    It is what is *named*, else `$TORCHGRADE_LEDGER`, else what `course.toml` says, else
    `ledger.sqlite` at the course's root.
    """
    if said := named or os.environ.get("TORCHGRADE_LEDGER"):
        return said
    said = rules.ledger or "ledger.sqlite"
    return said if "://" in said else str(catalog.root / said)


def opened(where: str) -> sa.Engine:
    """Return an engine on the ledger at *where*, a path or a URL, migrated to the present state.

    A transaction of the engine writes, and has the database to itself where that is SQLite;
    `engine.execution_options(reads=True)` gives one whose transactions only read.

    Raises:
        LedgerError: If it cannot be opened, is no ledger, or is a newer one.
    """
    engine = _postgres(where) if "://" in where else _sqlite(Path(where))
    try:
        with explained(engine):
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextlib.contextmanager
def explained(engine: sa.Engine) -> Iterator[None]:
    """Put what the database says into a sentence for the person at the terminal.

    Raises:
        LedgerError: If the database refuses; nothing of the transaction is in it then.
    """
    try:
        yield
    except sa.exc.IntegrityError:
        raise  # it would be ours
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0] or type(error.orig).__name__
        raise LedgerError(
            f"The ledger {_shown(engine)} cannot be used: {said}. "
            "What it had taken in is safe; call again when that is put right."
        ) from error


def _shown(engine: sa.Engine) -> str:
    url = engine.url
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()


def _sqlite(path: Path) -> sa.Engine:
    if not path.parent.is_dir():
        raise LedgerError(f"There is no folder {str(path.parent)!r} for the ledger.")
    _write_ahead(path)
    url = sa.URL.create("sqlite", database=str(path))
    engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so, below
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(where: str) -> sa.Engine:
    try:
        url = sa.make_url(where)
        if url.get_backend_name() == "sqlite":
            return _sqlite(Path(url.database or ""))
        if url.get_backend_name() != "postgresql":
            raise LedgerError(
                f"A ledger is a path or a URL of PostgreSQL, not of {url.drivername!r}."
            )
        return sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise LedgerError(f"This is no URL of a ledger: {error}.") from error
    except ModuleNotFoundError as error:
        raise LedgerError(
            "A ledger in PostgreSQL needs psycopg; install torchgrade[postgres]."
        ) from error


def _migrate(engine: sa.Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = ScriptDirectory.from_config(config)
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
        heads = MigrationContext.configure(connection).get_current_heads()
        _refuse_foreign(connection, heads, known, _shown(engine))
        if set(heads) != set(known.get_heads()):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _write_ahead(path: Path) -> None:
    """Have readers and the writer not wait for each other; the file remembers it."""
    until = time.monotonic() + _PATIENCE
    while True:  # two who change the mode at once are refused without waiting
        try:
            with contextlib.closing(sqlite3.connect(path, timeout=_PATIENCE)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise LedgerError(f"The ledger {path} cannot be used: {error}.") from error
            time.sleep(0.05)
        else:
            return


def _refuse_foreign(
    connection: sa.Connection, heads: tuple[str, ...], known: ScriptDirectory, shown: str
) -> None:
    revisions = {script.revision for script in known.walk_revisions()}
    if newer := [head for head in heads if head not in revisions]:
        raise LedgerError(
            f"The ledger {shown} is of a newer torchgrade (its state is {newer[0]!r}); this is "
            f"{__version__}, which does not know it. Update torchgrade, or name another ledger."
        )
    if not heads and sa.inspect(connection).get_table_names():
        raise LedgerError(f"The database {shown} is no ledger, and not empty; name another.")
