"""The list of calls that a catalog may make: it is only read, so each is a read.

Transports that enforce it are in `read_only`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from photo_assets.model.errors import PhotoAssetsError

_FORM: Final = "application/x-www-form-urlencoded"
_OVERRIDES: Final = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
_PORTS: Final = {"http": 80, "https": 443}


class NotOnReadListError(PhotoAssetsError):
    """A client was about to make a call that its catalog may not make: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Read:
    """One call that only reads.

    `path` is a pattern: `*` is one segment or a part of one, and a final `/**` any further
    segments. `parameters`: names that must occur exactly once, in the query or in a form, with one
    of these values; for services that name the action in a parameter.
    """

    method: str
    path: str
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)


class ReadList:
    """The calls that may be sent to the servers of `endpoints` (base URLs)."""

    def __init__(self, endpoints: Iterable[str], reads: Iterable[Read]) -> None:
        bases = [urlsplit(endpoint) for endpoint in endpoints]
        self._bases = [(_server(base), base.path.rstrip("/")) for base in bases]
        self._reads = [(read, _compiled(read.path)) for read in reads]

    def require(
        self, method: str, url: str, headers: Mapping[str, str], body: object = None
    ) -> None:
        """Raise `NotOnReadListError`, with method and path but no query, for any other call."""
        parts = urlsplit(url)
        if _OVERRIDES.isdisjoint(name.lower() for name in headers):
            for path in self._below_endpoint(parts):
                for read, pattern in self._reads:
                    if (
                        read.method == method.upper()
                        and pattern.fullmatch(path)
                        and _has(read.parameters, parts.query, headers, body)
                    ):
                        return
        raise NotOnReadListError(
            f"The call {method.upper()} {parts.scheme}://{parts.hostname}{parts.path} is not on "
            "the list of reads, so it was not sent.",
            hint="This is a fault of photosync: please report it. Nothing was changed.",
        )

    def _below_endpoint(self, parts: SplitResult) -> Iterator[str]:
        """Yield the path below each matching endpoint; none if its meaning could be another."""
        segments = unquote(parts.path).split("/")
        if {".", ".."} & set(segments) or "\\" in unquote(parts.path) or "//" in parts.path:
            return
        for server, base in self._bases:
            if _server(parts) == server and parts.path.startswith(f"{base}/"):
                yield parts.path[len(base) :]


def _server(parts: SplitResult) -> tuple[str, str, int | None]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)


def _compiled(path: str) -> re.Pattern[str]:
    deep = path.endswith("/**")
    literal = [re.escape(part) for part in path.removesuffix("/**").split("*")]
    return re.compile("[^/]+".join(literal) + ("(/.*)?" if deep else ""), re.DOTALL)


def _has(
    wanted: Mapping[str, frozenset[str]], query: str, headers: Mapping[str, str], body: object
) -> bool:
    if not wanted:
        return True
    given = parse_qsl(query, keep_blank_values=True)
    if body:
        kinds = [value for name, value in headers.items() if name.lower() == "content-type"]
        if not isinstance(body, str | bytes) or not _text(kinds[-1:]).startswith(_FORM):
            return False
        given += parse_qsl(_text([body]), keep_blank_values=True)
    for name, allowed in wanted.items():
        values = [value for found, value in given if found == name]
        if len(values) != 1 or values[0] not in allowed:
            return False
    return True


def _text(parts: list[str] | list[bytes] | list[str | bytes]) -> str:
    return "".join(
        part.decode("utf-8", "replace") if isinstance(part, bytes) else part for part in parts
    )
