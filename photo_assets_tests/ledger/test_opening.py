"""Opening, migrating, refusing, warning."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from photo_assets.ledger import PartitionAttempts, PhotoRegistry, ledger_warnings, open_ledger
from photo_assets.ledger.address import file_system, parse_address, sqlite_file
from photo_assets.ledger.tables import METADATA
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets_tests.processes import PROCESSES
from photo_assets_tests.time_limit import PATIENCE_S


def test_a_new_ledger_has_exactly_the_tables_the_code_uses(ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "ledger.sqlite"
    url = f"sqlite:///{file}"
    open_ledger(url)
    before = file.read_bytes()
    for _ in range(3):
        open_ledger(url)
    assert file.read_bytes() == before


def test_a_ledger_of_a_newer_program_is_refused_and_left_alone(ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    with ledger.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=r"newer version of photo_assets \(revision 9999\)"):
        open_ledger(ledger_url)
    with ledger.reading() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_file_that_is_not_a_database_is_refused_and_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    file.write_bytes(b"a letter to my aunt\n" * 400)
    with pytest.raises(StorageError, match="not a database"):
        open_ledger(f"sqlite:///{file}")
    assert file.read_bytes() == b"a letter to my aunt\n" * 400


def test_an_unreachable_server_is_a_storage_error_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        open_ledger(f"postgresql://me:hunter2@/db?host={tmp_path}")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "ledger.sqlite", "sqlite://", "sqlite:///:memory:", "mysql://host/db"]
)
def test_other_addresses_are_configuration_errors(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_ledger(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_postgresql_means_psycopg2(scheme: str) -> None:
    assert parse_address(f"{scheme}://a@b/c").drivername == "postgresql+psycopg2"


def test_sqlite_settings_are_the_durable_ones(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with ledger.reading() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values["journal_mode"] == "wal"
    assert values["synchronous"] == 2  # FULL
    assert values["foreign_keys"] == 1
    assert int(values["busy_timeout"] or 0) >= 60_000


MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:35 / /mnt/my\040nas rw,relatime - nfs4 nas:/photos rw
37 36 8:2 / /mnt/my\040nas/fast rw - ext4 /dev/sdb1 rw
38 22 0:36 / /mnt/share rw - cifs //nas/share rw
"""


def test_network_file_systems_are_warned_of() -> None:
    assert ledger_warnings("sqlite:////home/me/ledger.sqlite", MOUNTS) == []
    assert ledger_warnings("sqlite:////mnt/my nas/fast/ledger.sqlite", MOUNTS) == []
    assert ledger_warnings("sqlite:////mnt/shared/ledger.sqlite", MOUNTS) == []
    assert ledger_warnings("postgresql://host/db", MOUNTS) == []
    (warning,) = ledger_warnings("sqlite:////mnt/my nas/ledger.sqlite", MOUNTS)
    assert "nfs4" in warning
    assert "/mnt/my nas/ledger.sqlite" in warning
    assert "cifs" in ledger_warnings("sqlite:////mnt/share/x/ledger.sqlite", MOUNTS)[0]
    assert file_system(Path("/x"), "") is None


def _start(url: str, barrier: object, number: int, answers: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    ledger = open_ledger(url)
    attempts = PartitionAttempts(ledger)
    counted = [attempts.started("asset", "2024-01-01", "digest") for _ in range(5)]
    answers.put((number, counted, PhotoRegistry(ledger).counts()))  # type: ignore[attr-defined]


def test_several_processes_may_start_at_once(ledger_url: str) -> None:
    barrier, answers = PROCESSES.Barrier(4), PROCESSES.Queue()
    processes = [
        PROCESSES.Process(target=_start, args=(ledger_url, barrier, n, answers)) for n in range(4)
    ]
    for process in processes:
        process.start()
    got = [answers.get(timeout=PATIENCE_S) for _ in processes]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    # No count was lost: twenty tries gave twenty different numbers.
    assert sorted(n for _, counted, _ in got for n in counted) == list(range(1, 21))
    file = sqlite_file(parse_address(ledger_url))
    if file is not None:  # sound after many writers
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
