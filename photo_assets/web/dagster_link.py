"""Where Dagster's UI shows what these pages do not: its address, and whether it answers.

Starting runs belongs to `runs`.
"""

import socket
from dataclasses import dataclass
from urllib.parse import quote

_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class DagsterLink:
    """Dagster's webserver on a port of this machine."""

    port: int

    @property
    def url(self) -> str | None:
        """Its address, None while nothing answers there."""
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.settimeout(_SECONDS)
            answers = probe.connect_ex(("127.0.0.1", self.port)) == 0
        return f"http://127.0.0.1:{self.port}" if answers else None

    def asset(self, key: str) -> str | None:
        """Return the address of an asset's page, None while nothing answers."""
        url = self.url
        return None if url is None else f"{url}/assets/{quote(key)}"
