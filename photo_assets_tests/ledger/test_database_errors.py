"""Messages of database errors: one line, and advice for that kind of database."""

import secrets
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from photo_assets.ledger import open_ledger
from photo_assets.ledger.database_errors import driver_message
from photo_assets.model.errors import StorageError

SQLITE_WORDS = ("locked", "disk", "space")


def refused(url: str) -> StorageError:
    with pytest.raises(StorageError) as caught:
        open_ledger(url)
    assert "\n" not in caught.value.message and "\t" not in caught.value.message
    assert caught.value.message.endswith(".") and not caught.value.message.endswith("..")
    return caught.value


def test_a_server_that_is_not_there() -> None:
    error = refused("postgresql://me:hunter2@127.0.0.1:1/photos")  # port 1: nothing listens
    assert "Connection refused" in error.message
    assert "that the PostgreSQL server is running" in (error.hint or "")
    assert not any(word in str(error) for word in (*SQLITE_WORDS, "hunter2", "?"))


def test_a_server_that_has_no_such_database(postgres_server: str) -> None:
    name = f"none{secrets.token_hex(4)}"
    url = make_url(postgres_server).set(database=name)
    error = refused(url.render_as_string(hide_password=False))
    assert name in error.message
    assert "the database and the password" in (error.hint or "")


def test_a_statement_that_postgresql_refuses(postgres_server: str) -> None:
    ledger = open_ledger(postgres_server)
    with pytest.raises(StorageError) as caught, ledger.reading() as connection:
        connection.execute(text("SELECT 1/0"))
    assert "division by zero" in caught.value.message
    assert "log of the PostgreSQL server" in (caught.value.hint or "")
    assert not any(word in str(caught.value) for word in SQLITE_WORDS)


def test_sqlite_keeps_its_own_advice(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"a letter to my aunt\n" * 400)
    error = refused(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    assert all(word in (error.hint or "") for word in SQLITE_WORDS)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database is locked", "database is locked"),
        ("one.\n\ttwo.\n", "one.; two"),
        ("refused\n\tIs the server running?\n", "refused"),
        ("Is it there?", "Is it there?"),
        ("", "OperationalError"),
    ],
)
def test_lines_become_one(said: str, told: str) -> None:
    assert driver_message(sqlite3.OperationalError(said)) == told
