"""The keys by which the ledger identifies a photo, and their form.

sha256:<hex>                             a blob
image:<method>:<media type>:<hex>        image data without metadata
item:<source>/<catalog>/<native id>      an entry of a catalog
copy:<source>/<catalog>/<native id>      an entry that is a virtual copy: it owns no blob

The native id is the first one of an entry: its key stays the same if its file is moved. `%` and `/`
in source and catalog are percent-encoded, so the native id is everything after the second slash. A
key over 512 bytes is stored as `<kind>#<SHA-256 of the key>`: PostgreSQL's B-tree refuses entries
over 2704 bytes, and a path may have 4096.
"""

import hashlib

LONGEST_KEY = 512


def blob_key(sha256: bytes | str) -> str:
    """Return the key of a blob, given its digest as 32 bytes or 64 hex digits."""
    return "sha256:" + (sha256.hex() if isinstance(sha256, bytes) else sha256)


def item_key(source: str, catalog: str, native_id: str, *, copy: bool = False) -> str:
    """Return the key of a catalog's entry; `copy`: it is a virtual copy."""
    kind = "copy" if copy else "item"
    key = f"{kind}:{_plain(source)}/{_plain(catalog)}/{native_id}"
    if len(key.encode()) <= LONGEST_KEY:
        return key
    return f"{kind}#{hashlib.sha256(key.encode()).hexdigest()}"


def _plain(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")
