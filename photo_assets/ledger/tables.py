"""The ledger's tables in SQLAlchemy Core. Their history is in `migrations/`.

Times are UTC text, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, which sorts and is the same in every database.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()
_SERIAL = BigInteger().with_variant(Integer, "sqlite")  # SQLite increments INTEGER keys only

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
    # No index on photo_id: it would be as large as the table, and only merges would use it.
    Column("key", Text, primary_key=True),  # see keys.py
    Column("photo_id", String(36), ForeignKey("photos.photo_id"), nullable=False),
    Column("blob", String(64)),  # of an item: its SHA-256 when last read
    Column("capture", String(32)),  # of an item: digest of its EXIF time and camera, last read
)

REGISTRY_REVISION = Table(
    "registry_revision",
    METADATA,
    Column("part", Text, primary_key=True),  # "photos", "<sink> pages"
    # Random in each transaction: a counter would repeat a number after the ledger was restored to
    # an earlier state.
    Column("revision", String(32), nullable=False),
)

PHOTO_ALIASES = Table(
    "photo_aliases",
    METADATA,
    Column("old_id", String(36), ForeignKey("photos.photo_id"), primary_key=True),
    Column("photo_id", String(36), ForeignKey("photos.photo_id"), nullable=False),
    Column("since", String(27), nullable=False),
    Column("why", Text, nullable=False),
    # 1: a person decided it; the old photo keeps its keys, and its id if the decision ends.
    Column("decided", Integer, nullable=False, server_default="0"),
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
    Column("batch", String(36)),  # of decisions made at once, which are undone together
    Column("made_by", Text, nullable=False, server_default="person"),  # a value of MadeBy
    Index("decisions_conflict_id", "conflict_id"),
    Index("decisions_batch", "batch"),
)

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("approval_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("photo_id", String(36), nullable=False),
    Column("target", Text, nullable=False),  # the catalog or sink where the photo may be seen
    Column("level", Text, nullable=False),  # a value of model.vocabulary.Visibility
    Column("who", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("why", Text),
    Column("revokes", _SERIAL, ForeignKey("approvals.approval_id"), unique=True),
    Index("approvals_photo_id", "photo_id"),
)

ALBUM_APPROVALS = Table(
    "album_approvals",
    METADATA,
    Column("approval_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("album", Text, nullable=False),  # source/catalog/key
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),  # what the album had when it was approved
    Column("after", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("revokes", _SERIAL, ForeignKey("album_approvals.approval_id"), unique=True),
    Index("album_approvals_album", "album"),
)

ALBUM_CHANGES = Table(
    "album_changes",
    METADATA,
    Column("entry_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("change_id", String(36), nullable=False),  # UUID: the same in all steps of a change
    Column("step", Text, nullable=False),  # a value of album_changes.Step
    Column("album", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("rollback", Integer, nullable=False),  # 1: goes back to an earlier name
    Column("who", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("detail", Text),
    UniqueConstraint("change_id", "step", name="album_changes_steps"),
    Index("album_changes_album", "album"),
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

API_THROTTLES = Table(
    "api_throttles",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("next_at", Double, nullable=False),  # earliest time of the next call, s since 1970
    Column("failures", Integer, nullable=False),  # in a row, for the breaker
    Column("open_until", Double, nullable=False),  # no call before, s since 1970
    Column("reason", Text),
)

SINK_STATES = Table(
    "sink_states",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("place", Text, nullable=False),  # which database, which project
    Column("revision", String(32), nullable=False),  # random, changed when a plan is started
    Column("plan_id", Text),  # the last written plan, or the one being written
    Column("begun_at", String(27)),
    Column("finished_at", String(27)),  # when its last request was done
    Column("not_before", String(27)),  # the end of a wait that the service requested
    Column("holder", Text),  # the writer: host, process, its start
    Column("held_until", String(27)),
    Column("detail", Text),  # JSON; the sink's own, no secrets
)

SINK_REQUESTS = Table(
    "sink_requests",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("request", Integer, primary_key=True),
    Column("target", Text, nullable=False),
    Column("first_row", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),  # intended, done, failed
    Column("intended_at", String(27), nullable=False),
    Column("ended_at", String(27)),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("failed", Text),  # JSON {row: why}
    Column("error", Text),
    Column("done_number", BigInteger),  # counts up in order of completion
    Index("sink_requests_done", "sink", "done_number"),
)

SINK_PAGES = Table(
    "sink_pages",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("remote_id", Text, nullable=False),
    Column("digest", String(64)),  # of the last written content; null for an adopted page
    Column("at", String(27), nullable=False),
)

AI_CALLS = Table(
    "ai_calls",
    METADATA,
    # Digest of the picture's identity, the model and the prompt: the same question has the same.
    Column("request", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),  # from 1; a later one was asked for by a person
    Column("photo_id", String(36), nullable=False),  # for which photo it was made
    Column("model", Text, nullable=False),
    Column("tokens", BigInteger, nullable=False),  # reserved: the most that it may use
    Column("micros", BigInteger, nullable=False),  # reserved, millionths of the currency
    Column("at", String(27), nullable=False),
)

AI_OUTCOMES = Table(
    "ai_outcomes",
    METADATA,
    Column("request", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # a value of ledger.ai_calls.Outcome
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("reason", Text),  # why there is no proposal; never a part of the reply
    Column("at", String(27), nullable=False),
)

AI_PROPOSALS = Table(
    "ai_proposals",
    METADATA,
    Column("proposal", String(32), primary_key=True),  # digest of photo and request
    Column("photo_id", String(36), nullable=False),
    Column("request", String(64), nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt", Text, nullable=False),  # version of the prompt
    Column("proposed", Text, nullable=False),  # JSON of model.ai_values.AiValues
    Column("confidence", Double),  # the model's own, 0 to 1
    Column("at", String(27), nullable=False),
    Index("ai_proposals_photo_id", "photo_id"),
    Index("ai_proposals_request", "request"),
)

AI_REVIEWS = Table(
    "ai_reviews",
    METADATA,
    Column("review_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("proposal", String(32), nullable=False),
    Column("state", Text, nullable=False),  # a value of model.ai_release.ReviewState
    Column("seen", Text, nullable=False),  # JSON: the values that the person saw
    Column("given", Text),  # JSON: the person's own values, of an edited one
    Column("who", Text, nullable=False),
    Column("why", Text),
    Column("batch", String(36), nullable=False),  # of reviews given at once
    Column("at", String(27), nullable=False),
    Column("supersedes", _SERIAL, ForeignKey("ai_reviews.review_id"), unique=True),
    Index("ai_reviews_proposal", "proposal"),
    Index("ai_reviews_batch", "batch"),
)
