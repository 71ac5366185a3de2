"""Our migrations, applied by us and by the Supabase CLI, give the same database and records."""

import os
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sinks.supabase.migrate import FOLDER, Migration, migrate, migrations
from photo_assets_tests.services.supabase.cluster import Cluster, connected
from photo_assets_tests.services.supabase.programs import HOW, Programs
from photo_assets_tests.time_limit import PATIENCE_S

_REPOSITORY = Path(__file__).parents[3]

Cli = Callable[..., str]


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    name = f"t{secrets.token_hex(6)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def other_database(cluster: Cluster) -> Iterator[str]:
    name = f"t{secrets.token_hex(6)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def cli(supabase_programs: Programs, tmp_path: Path) -> Cli:
    """The Supabase CLI in the repository's own project folder."""
    if supabase_programs.supabase is None:
        pytest.skip(f"no Supabase CLI here; {HOW}")
    program = str(supabase_programs.supabase)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments, "--workdir", str(_REPOSITORY / "deploy")],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DO_NOT_TRACK": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def recorded(url: str) -> list[tuple[object, ...]]:
    with connected(url) as connection:
        rows = connection.exec_driver_sql(
            "select version, name, statements from supabase_migrations.schema_migrations order by 1"
        )
        return [tuple(row) for row in rows]


def dumped(url: str, programs: Programs) -> str:
    """The whole schema as pg_dump writes it, without the token it draws by chance."""
    done = subprocess.run(
        [str(programs.postgres / "pg_dump"), "--schema-only", url],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return re.sub(r"^\\(un)?restrict .*$", "", done.stdout, flags=re.M)


def test_the_cli_and_we_make_the_same_database(
    database: str, other_database: str, cli: Cli, supabase_programs: Programs
) -> None:
    cli("migration", "up", "--yes", f"--remote={database}")
    assert migrate(database).applied == ()
    migrate(other_database)
    assert "up to date" in cli("migration", "up", "--yes", f"--remote={other_database}")
    assert recorded(database) == recorded(other_database)
    ours, theirs = (dumped(url, supabase_programs) for url in (other_database, database))
    assert "CREATE TABLE public.photos" in ours
    assert ours == theirs


def test_the_cli_lists_our_migrations_and_continues(database: str, cli: Cli) -> None:
    every = migrations()
    migrate(database, wanted=every[:2])
    listing = re.findall(
        r"`(\d{14})`\s*\|\s*`(\d{14}| )`", cli("migration", "list", f"--remote={database}")
    )
    versions = [one.version for one in every]
    assert listing == [
        *((version, version) for version in versions[:2]),
        *((version, " ") for version in versions[2:]),
    ]
    cli("migration", "up", "--yes", f"--remote={database}")
    assert [row[0] for row in recorded(database)] == versions


def test_the_advisor_finds_nothing_and_would_find_something(database: str, cli: Cli) -> None:
    arguments = ("db", "advisors", "--level", "info", "--type", "security", f"--remote={database}")
    migrate(database)
    assert "No issues found" in cli(*arguments)
    with connected(database) as connection:
        connection.exec_driver_sql("create table public.careless (a int)")
        connection.exec_driver_sql("create view public.careless_view as select a from careless")
    assert "careless" in cli(*arguments)


def test_migrating_again_does_nothing_and_a_dry_run_only_reads(database: str) -> None:
    every = tuple(migrations())
    assert migrate(database, dry_run=True).applied == every
    with connected(database) as connection:
        assert connection.exec_driver_sql("select to_regclass('public.photos')").scalar() is None
    assert migrate(database).applied == every
    assert migrate(database).applied == ()
    assert migrate(database, dry_run=True).present == tuple(one.version for one in every)


def test_concurrent_runs_apply_each_migration_once(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: migrate(database), range(4)))
    applied = sorted(one.version for each in done for one in each.applied)
    assert applied == [one.version for one in migrations()]


def test_a_failed_migration_is_rolled_back_and_named(database: str) -> None:
    first = Migration("20260101000000", "good", "create table public.good (a int);")
    second = Migration(
        "20260101000100", "bad", "create table public.bad (a int); select 1/0; select '%';"
    )
    with pytest.raises(StorageError, match=r"20260101000100_bad failed: division by zero"):
        migrate(database, wanted=[first, second])
    with connected(database) as connection:
        assert connection.exec_driver_sql("select to_regclass('public.bad')").scalar() is None
    assert recorded(database) == [("20260101000000", "good", ["create table public.good (a int)"])]


def test_a_percent_sign_in_a_migration_is_literal(database: str) -> None:
    migrate(
        database, wanted=[Migration("20260101000000", "percent", "select format('%s', '100 %');")]
    )
    assert recorded(database)[0][2] == ["select format('%s', '100 %')"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres:hunter2secret@127.0.0.1:1/postgres",
        "postgresql://postgres:hunter2secret@no-such-host.invalid/postgres",
        "sqlite:///hunter2secret",
        "postgresql://postgres:hunter2secret@[/postgres",
    ],
)
def test_no_error_contains_the_url(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        migrate(url)
    assert "hunter2secret" not in "".join(
        str(part)
        for part in (caught.value, caught.value.__cause__, caught.value.__context__)
        if part is caught.value or not caught.value.__suppress_context__
    )


def test_the_project_folder_of_the_cli_holds_these_very_files() -> None:
    assert (_REPOSITORY / "deploy" / "supabase" / "migrations").resolve() == FOLDER
