"""Settings for tests: the token, the limits, the delays."""

from dataclasses import dataclass, field

READ, INSERT, UPDATE = "read", "insert", "update"


@dataclass
class Settings:
    """The limits are the vendor's; `None` disables a limit that depends on the workspace's plan."""

    token: str = "ntn_test"
    seed: int = 1  # of ids
    capabilities: set[str] = field(default_factory=lambda: {READ, INSERT, UPDATE})

    requests_per_second: float | None = None  # on average, see rate.py
    rate_burst: int = 3

    text_length: int = 2000  # UTF-16 units of one text content, except equations
    equation_length: int = 1000
    url_length: int = 2000
    email_length: int = 200
    phone_length: int = 200
    array_length: int = 100  # rich text, options, relations, people, children
    option_name_length: int = 100
    body_bytes: int = 500_000
    page_size: int = 100
    schema_bytes: int | None = None  # of a data source's properties, as JSON
    query_results: int = 10_000
    block_limit: int | None = None  # maximum number of pages and databases ever created
    upload_bytes: int = 20 * 1024 * 1024
    upload_hours: float = 1.0  # until an unused upload expires
    url_hours: float = 1.0  # until the URL of a stored file expires

    query_delay: float = 0.0  # seconds until a query finds a new page
    search_delay: float = 0.0
