"""Convert the written rows of older versions: one table without partitions.

The table was stored beside the drift; the table of a former destination had another name there.
"""

from pathlib import Path
from typing import Final

from photo_assets.lake.footer import read_footer
from photo_assets.lake.views import stored_rows
from photo_assets.model.errors import StorageError
from photo_assets.sinks.engine.damaged_tables import set_aside_if_damaged
from photo_assets.sinks.engine.database import plan_database, run
from photo_assets.sinks.engine.ordering import TextsOf
from photo_assets.sinks.engine.parts import PART_OF
from photo_assets.sinks.engine.rewriting import rewrite_parts
from photo_assets.sinks.engine.sink_tables import destination_name, outcome_asset, written_asset
from photo_assets.workspace import Workspace

_NAME: Final = "written"
# All stored rows were written by requests up to the table's last request.
_OLD = f"""
CREATE TABLE old AS
SELECT target, key, photo_id, month, digest, retired, $through::BIGINT AS number,
       file_row_number AS stored_row, {PART_OF} AS home
FROM {{rows}}
"""  # noqa: S608


def convert_old(workspace: Workspace, sink: str, destination: str) -> int:
    """Store the old table of this destination by partition, and remove it; return its last request.

    The last request is a number, 0 without a table. If the process is killed, the next run repeats
    the conversion. Raises `StorageError`.
    """
    path = _old_table(workspace, sink, destination)
    if path is None or set_aside_if_damaged(path):
        return 0
    footer = read_footer(path)
    through = int(footer.extra.get("through", "0")) if footer else 0
    with plan_database(workspace) as opened:
        run(
            opened.connection,
            _OLD.format(rows=stored_rows([path], numbered=True)),
            {"through": through},
        )
        texts = (TextsOf("stored_row", {"content": "kept"}, (path,)),)
        rewrite_parts(opened, workspace.lake, written_asset(sink, destination), "old", texts, ())
    path.unlink()
    return through


def _old_table(workspace: Workspace, sink: str, destination: str) -> Path | None:
    """Return the old table that names this destination, or None."""
    for name in (_NAME, f"{_NAME}-{destination_name(destination)}"):
        path = workspace.lake.path(outcome_asset(sink), name)
        try:
            footer = read_footer(path)
        except StorageError:  # its destination is unknown: set it aside, as older versions did
            set_aside_if_damaged(path)
            continue
        if footer is not None and footer.extra.get("place") == destination:
            return path
    return None
