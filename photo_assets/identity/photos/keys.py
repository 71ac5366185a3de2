"""The keys by which the ledger recognizes a component, as the table `held`.

Kinds, strongest first: blob; image data; a catalog's entry; a virtual copy; a path, which another
picture may reuse. `ledger.keys` writes keys in the same format, which a test ensures.
"""

import uuid

import duckdb

from photo_assets.ledger.keys import LONGEST_KEY

NAMESPACE = uuid.UUID("3c1f4a52-6f5e-5c0e-9d0c-6a7b8f0e2d11")
"""Photo ids are version 5 UUIDs of this namespace and the anchor key (RFC 9562, section 5.5)."""

_MACROS = f"""
CREATE OR REPLACE TEMP MACRO plain(name) AS replace(replace(name, '%', '%25'), '/', '%2F');
CREATE OR REPLACE TEMP MACRO bounded(kind, rest) AS
  CASE WHEN strlen(kind) + 1 + strlen(rest) <= {LONGEST_KEY} THEN kind || ':' || rest
       ELSE kind || '#' || sha256(kind || ':' || rest) END;
CREATE OR REPLACE TEMP MACRO uuid5_of(name) AS
  uuid5_from(sha1(unhex('{NAMESPACE.hex}') || encode(name)));
"""
# The first 16 of SHA-1's 20 bytes with version and variant bits set.
_UUID5 = """
CREATE OR REPLACE TEMP MACRO uuid5_from(h) AS
  h[1:8] || '-' || h[9:12] || '-5' || h[14:16] || '-'
  || substr('89ab', (instr('0123456789abcdef', h[17]) - 1) % 4 + 1, 1) || h[18:20]
  || '-' || h[21:32]
"""

# The other columns of an entry's own ledger row (blob, capture) are found by `idx`.
_HELD = """
CREATE TYPE held_kind AS ENUM ('blob', 'image', 'item', 'copy', 'path');
CREATE TEMP TABLE held AS
SELECT comp, 'sha256:' || lower(hex(blob)) AS key, 'blob'::held_kind AS kind,
       NULL::INTEGER AS idx
FROM (SELECT DISTINCT comp, blob FROM item JOIN component USING (idx) WHERE blob IS NOT NULL)
UNION ALL
SELECT comp, bounded('image', method || ':' || media_type || ':' || lower(hex(image))), 'image',
       NULL
FROM (SELECT DISTINCT comp, method, media_type, image
      FROM item JOIN component USING (idx)
      LEFT JOIN image_group USING (image, method, media_type)
      WHERE image IS NOT NULL AND NOT coalesce(torn, false))
UNION ALL
SELECT comp,
       bounded(CASE WHEN is_copy THEN 'copy' ELSE 'item' END,
               plain(source) || '/' || plain(catalog) || '/' || coalesce(first_id, native_id)),
       CASE WHEN is_copy THEN 'copy' WHEN is_path THEN 'path' ELSE 'item' END, idx
FROM item JOIN component USING (idx)
"""


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define `bounded`, `plain` and `uuid5_of` on the connection."""
    connection.execute(_UUID5)
    connection.execute(_MACROS)


def build_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `held` (comp, key, kind, idx); `idx` is the entry, for its own keys only."""
    define_macros(connection)
    connection.execute(_HELD)


def photo_uuid(anchor: str, turn: int = 1) -> str:
    """Return the id of a photo from its anchor key; `turn` > 1 if that id is taken."""
    name = anchor if turn == 1 else f"{anchor}#{turn}"
    return str(uuid.uuid5(NAMESPACE, name))
