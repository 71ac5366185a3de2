"""The ledger's tables as SQLAlchemy Core sees them. How they came to be is in `migrations/`.

Times are UTC text, `YYYY-MM-DDTHH:MM:SS.ffffffZ`: it sorts, and reads the same in every database.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()
_SERIAL = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only

PHOTOS = Table(
    "photos",
    METADATA,
    Column("photo_id", String(36), primary_key=True),
    Column("anchor", Text, nullable=False),  # the key its UUID was derived from
    Column("created_at", String(27), nullable=False),
)

PHOTO_KEYS = Table(
    "photo_keys",
    METADATA,
    # No index on photo_id: it would be as large as the table, for a question asked at merges only.
    Column("key", Text, primary_key=True),  # see keys.py
    Column("photo_id", String(36), ForeignKey("photos.photo_id"), nullable=False),
    Column("blob", String(64)),  # of an item: the SHA-256 it had when last read
    Column("capture", String(32)),  # of an item: digest of its EXIF time and camera, last read
)

REGISTRY_REVISION = Table(
    "registry_revision",
    METADATA,
    Column("part", Text, primary_key=True),  # "photos"
    # Drawn by chance in each transaction: a counter would come by the same number again after
    # the ledger was put back to an earlier state.
    Column("revision", String(32), nullable=False),
)

PHOTO_ALIASES = Table(
    "photo_aliases",
    METADATA,
    Column("old_id", String(36), ForeignKey("photos.photo_id"), primary_key=True),
    Column("photo_id", String(36), ForeignKey("photos.photo_id"), nullable=False),
    Column("since", String(27), nullable=False),
    Column("why", Text, nullable=False),
    Index("photo_aliases_photo_id", "photo_id"),
)

CONFIRMATIONS = Table(
    "confirmations",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("catalog", Text, primary_key=True),
    Column("scan_digest", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("lost", BigInteger, nullable=False),
    Column("known", BigInteger, nullable=False),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("decision_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("conflict_id", Text, nullable=False),
    Column("evidence_digest", String(64), nullable=False),
    Column("values_seen", Text, nullable=False),  # JSON
    Column("answer", Text, nullable=False),  # JSON
    Column("who", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("why", Text),
    Column("supersedes", _SERIAL, ForeignKey("decisions.decision_id"), unique=True),
    Index("decisions_conflict_id", "conflict_id"),
)

PARTITION_ATTEMPTS = Table(
    "partition_attempts",
    METADATA,
    Column("asset", Text, primary_key=True),
    Column("partition", Text, primary_key=True),
    Column("input_digest", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("at", String(27), nullable=False),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("audit_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("at", String(27), nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text),  # JSON
    Index("audit_subject", "subject"),
)
