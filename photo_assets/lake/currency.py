"""Whether a stored table is up to date, decided by its footer alone.

Each room defines the inputs of its tables: their digest is in the footer as `inputs`, or is the
digest that the table is stored with.
"""

from photo_assets.lake.footer import Footer
from photo_assets.lake.stored import DAMAGED, AssetPath, StoredTables
from photo_assets.model.tables import TableKind

INPUTS = "inputs"
"""The footer key of the digest of a table's inputs."""


def intact_footer(tables: StoredTables, asset: AssetPath, name: str) -> Footer | None:
    """Return the footer of a table, None if it is missing or damaged."""
    return None if tables.digest(asset, name) in {None, DAMAGED} else tables.footer(asset, name)


def is_made_from(footer: Footer | None, kind: TableKind, inputs: str, *, key: str = INPUTS) -> bool:
    """Return whether a table has the columns of `kind` and was made from `inputs`.

    `key`: the footer key of the inputs' digest.
    """
    return (
        footer is not None
        and (footer.table, footer.schema_version) == (kind.name, kind.version)
        and footer.extra.get(key, footer.digest) == inputs
    )


def is_current(
    tables: StoredTables,
    asset: AssetPath,
    name: str,
    kind: TableKind,
    inputs: str,
    *,
    may_lack: bool = False,
    key: str = INPUTS,
) -> bool:
    """Return whether a table is up to date with `inputs`.

    `may_lack`: there are no rows to store, so a missing table counts as an empty one. A table that
    is damaged, or of another version, is not current. `key` as in `is_made_from`.
    """
    if tables.digest(asset, name) is None:
        return may_lack
    return is_made_from(intact_footer(tables, asset, name), kind, inputs, key=key)
