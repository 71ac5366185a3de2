"""Steers a `FaultyApp` over HTTP: for tests whose server is another process."""

from collections.abc import Mapping
from typing import Any

import httpx

from photo_assets_tests.services.arrivals import Arrival
from photo_assets_tests.time_limit import PATIENCE_S


class Control:
    """The orders a faulty server takes; see `faulty_app`."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=PATIENCE_S, trust_env=False)

    def script(self, *steps: str | Mapping[str, Any]) -> None:
        """Add steps, such as "503" or {"kind": "drop_after", "method": "POST", "path": "pages$"}."""
        self.order("/__faults", script=list(steps))

    def chance(self, share: float, **more: Any) -> None:
        """Let a share of all requests fail; `more` as in `faults.Chance`."""
        self.order("/__faults", chance={"share": share, **more})

    def clear(self) -> None:
        self.order("/__faults", clear=True)

    def arrivals(self) -> list[Arrival]:
        return [Arrival(**row) for row in self._http.get("/__log").raise_for_status().json()]

    def clear_log(self) -> None:
        self._http.delete("/__log").raise_for_status()

    def order(self, path: str, **order: Any) -> Any:
        """Give an order of the app's own; return its answer."""
        return self._http.post(path, json=order).raise_for_status().json()

    def close(self) -> None:
        self._http.close()
