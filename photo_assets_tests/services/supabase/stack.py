"""All of it together: the database with its migrations, PostgREST, the gateway, faults."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from photo_assets.sinks.supabase.migrate import migrate
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.server import running
from photo_assets_tests.services.supabase.cluster import Cluster, connected, running_cluster
from photo_assets_tests.services.supabase.gateway import Gateway, error_body
from photo_assets_tests.services.supabase.keys import Keys
from photo_assets_tests.services.supabase.postgrest import running_postgrest
from photo_assets_tests.services.supabase.programs import Programs


@dataclass(frozen=True)
class Stack:
    """A running project. `gateway` takes faults and has the log of what arrived."""

    api_url: str
    keys: Keys
    cluster: Cluster
    gateway: FaultyApp
    programs: Programs
    database: str

    @property
    def database_url(self) -> str:
        """The project's database, as its owner: no superuser, but past row-level security."""
        return self.cluster.url(self.database)

    def execute(self, statement: str, *parameters: Any, role: str = "postgres") -> list[Any]:
        """Run a statement past the API and return its rows, if it has any."""
        with connected(self.cluster.url(self.database, role)) as connection:
            result = connection.exec_driver_sql(statement, parameters or None)
            return [tuple(row) for row in result] if result.returns_rows else []

    def reset(self) -> None:
        """Empty every table, forget faults and log. The schema stays."""
        self.gateway.faults.clear()
        self.gateway.log.clear()
        tables = self.execute(
            "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
        )
        names = ", ".join(f"public.{name}" for (name,) in tables)
        # As a replica no trigger stands in the way, the one of the append-only table included.
        self.execute(
            f"set session_replication_role = replica; truncate {names} restart identity",
            role="supabase_admin",
        )


@contextlib.contextmanager
def running_stack(programs: Programs, port: int = 0) -> Iterator[Stack]:
    """Run a project, migrated, for the block; the gateway listens on `port` (0: any)."""
    with running_cluster(programs.postgres) as cluster:
        migrate(cluster.create("project"))
        with running_project(cluster, "project", programs, port) as stack:
            yield stack


@contextlib.contextmanager
def running_project(
    cluster: Cluster, database: str, programs: Programs, port: int = 0
) -> Iterator[Stack]:
    """Serve a database of `cluster` as a project of its own for the block."""
    keys = Keys()
    authenticator = cluster.url(database, "authenticator")
    with running_postgrest(programs.postgrest, authenticator, keys.jwt_secret) as upstream:
        gateway = FaultyApp(Gateway(upstream, keys), error_body)
        with running(gateway, port) as url:
            yield Stack(url, keys, cluster, gateway, programs, database)
