"""Check that Dagster's own database responds, if it is PostgreSQL. Nothing is created in it."""

import os
from collections.abc import Iterator

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from photo_assets.cli.doctor.check import Check, fail, ok
from photo_assets.cli.session import POSTGRES_VARIABLE
from photo_assets.ledger.database_errors import driver_message

_PATIENCE_S = 10


def check_dagster_storage() -> Iterator[Check]:
    """Connect once. Raises `ConfigurationError` when the variable is not a PostgreSQL URL."""
    url = os.environ.get(POSTGRES_VARIABLE)
    if not url:
        return
    from photo_assets.instance import psycopg2_url  # loads Dagster

    engine = create_engine(
        psycopg2_url(url), poolclass=NullPool, connect_args={"connect_timeout": _PATIENCE_S}
    )
    name = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        fix = f"Start PostgreSQL, or correct {POSTGRES_VARIABLE}; without it Dagster uses SQLite."
        yield fail("Dagster's database", f"{name} does not respond: {driver_message(error)}", fix)
    else:
        yield ok("Dagster's database", name)
