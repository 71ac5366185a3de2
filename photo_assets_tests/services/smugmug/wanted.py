"""Which parts of an object a request asks for: `_filter`, `_filteruri`, `_expand`, `_config`.

`_config` is JSON that says the same for expansions too; both are described in the vendor's pages
"Optimizing response sizes" and "Configuring expansions".
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

_ALWAYS: Final = frozenset({"Uri", "Uris", "ResponseLevel"})


@dataclass
class Wanted:
    """`fields` and `links`: the names that remain, or None for all. `expand`: by link name."""

    fields: frozenset[str] | None = None
    links: frozenset[str] | None = None
    expand: dict[str, "Wanted"] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    def shown(self, body: dict[str, Any], *, short: bool, terse: bool) -> dict[str, Any]:
        """Return the object's remaining part; `short`: links as text; `terse`: no descriptions."""
        kept = {
            name: value
            for name, value in body.items()
            if self.fields is None or name in self.fields or name in _ALWAYS
        }
        if terse:
            kept.pop("UriDescription", None)
        if "Uris" in body:
            links = {
                name: link["Uri"] if short or terse else link
                for name, link in body["Uris"].items()
                if self.links is None or name in self.links
            }
            kept.pop("Uris")
            if links:
                kept["Uris"] = links
        return kept


def wanted_of(query: dict[str, str]) -> Wanted:
    """Read what a request asks for. Raises `ValueError` for a `_config` that is no object."""
    if "_config" in query:
        return _configured(json.loads(query["_config"]))
    wanted = Wanted(_names(query.get("_filter")), _names(query.get("_filteruri")))
    for path in filter(None, query.get("_expand", "").split(",")):
        here = wanted
        for name in path.split("."):
            here = here.expand.setdefault(name, Wanted())
    return wanted


def _configured(config: Any) -> Wanted:
    if not isinstance(config, dict):
        raise ValueError("_config is no object")
    return Wanted(
        frozenset(config["filter"]) if "filter" in config else None,
        frozenset(config["filteruri"]) if "filteruri" in config else None,
        {name: _configured(inner) for name, inner in config.get("expand", {}).items()},
        {name: str(value) for name, value in config.get("args", {}).items()},
    )


def _names(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(filter(None, text.split(",")))
