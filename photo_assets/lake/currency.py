"""Whether a stored table is what would be made now, told by its footer alone.

What a table is made from is its room's business: a digest of that stands in the footer as `inputs`,
or is the digest the table is stored with.
"""

from photo_assets.lake.footer import Footer
from photo_assets.lake.lake import DAMAGED, AssetPath, Lake
from photo_assets.model.tables import TableKind

INPUTS = "inputs"
"""Where a footer has the digest of what a table was made from."""


def intact_footer(lake: Lake, asset: AssetPath, name: str) -> Footer | None:
    """Return the footer of a table, None of one that is not there, or damaged."""
    return None if lake.digest(asset, name) in {None, DAMAGED} else lake.footer(asset, name)


def is_made_from(footer: Footer | None, kind: TableKind, inputs: str, *, key: str = INPUTS) -> bool:
    """Say whether a table has the columns of `kind` and was made from `inputs`.

    `key`: where the footer has them.
    """
    return (
        footer is not None
        and (footer.table, footer.schema_version) == (kind.name, kind.version)
        and footer.extra.get(key, footer.digest) == inputs
    )


def is_current(
    lake: Lake,
    asset: AssetPath,
    name: str,
    kind: TableKind,
    inputs: str,
    *,
    may_lack: bool = False,
    key: str = INPUTS,
) -> bool:
    """Say whether a table is what would be made of `inputs` now.

    `may_lack`: there is nothing to make, so that no table is as good as an empty one. A table that
    is damaged, or of another version, is not current. `key` as in `is_made_from`.
    """
    if lake.digest(asset, name) is None:
        return may_lack
    return is_made_from(intact_footer(lake, asset, name), kind, inputs, key=key)
