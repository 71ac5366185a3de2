"""The audit of visibility: what more people may see than intended, approving it, taking that back.

Approvals are given and checked by `status.auditing`; nothing at a service is changed from here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.ledger import Approval, Approvals
from photo_assets.ledger.approvals import ApprovalChangedError
from photo_assets.metadata.discrepancies import level_to_approve
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.visibility import level_of
from photo_assets.status.auditing import (
    Row,
    all_discrepancies,
    audit_inputs,
    give_approval,
    list_approvals,
    month_of,
    months_waiting,
    place_of,
    revoke_approval,
)
from photo_assets.status.catalogs import UnknownCatalogError
from photo_assets.web.deciding.asked import form_field
from photo_assets.web.digest_cache import DigestCache
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_PER_PAGE = 50
_AUDIT = "/visibility"
_APPROVALS = "/visibility/approvals"
_CHOICE = ("catalog", "kind", "first")


AuditCache = DigestCache[Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Found:
    """A discrepancy. `name`: of the photo's file; `approve`: the level that would close it."""

    row: Row
    place: str
    month: str
    name: str
    approve: str


@dataclass(frozen=True, slots=True)
class Group:
    """The discrepancies of one kind at one catalog."""

    place: str
    kind: str
    count: int
    path: str


def _audit(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    rows = discrepancies(request.app.state.audits, library)
    catalog, kind, _ = asked = [request.query_params.get(name) for name in _CHOICE]
    counts = Counter(map(_group, rows))
    chosen = [r for r in rows if catalog in (None, place_of(r)) and kind in (None, r["kind"])]
    chosen.sort(key=_group)  # stable: by month and photo within a group
    first = min(_number(asked[2]), len(chosen))
    values: dict[str, Any] = {
        "total": len(rows),
        "waiting_months": months_waiting(library.workspace),
        "groups": [
            Group(place, kind, count, _path(catalog=place, kind=kind))
            for (place, kind), count in sorted(counts.items())
        ],
        "chosen": (catalog, kind) if catalog or kind else None,
        "shown": [_found(library, row) for row in chosen[first : first + _PER_PAGE]],
        "count": len(chosen),
        "first": first,
        "previous": _at(catalog, kind, first - _PER_PAGE) if first else None,
        "next": _at(catalog, kind, first + _PER_PAGE) if first + _PER_PAGE < len(chosen) else None,
        "asked": {name: value or "" for name, value in zip(_CHOICE, asked, strict=True)},
        "given": _given(library, request.query_params.get("given")),
        "approvals": len(Approvals(library.workspace.ledger).standing()),
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/visibility.html", values)


def discrepancies(kept: AuditCache, library: Library) -> Sequence[Row]:
    """Return all discrepancies, read again only if a table or an approval changed."""
    workspace = library.workspace
    root, inputs = workspace.lake.root, audit_inputs(workspace)
    return kept.get(root, inputs, lambda: [*all_discrepancies(workspace)])


def audit_cache() -> AuditCache:
    """Return the place where the discrepancies of one library are kept."""
    return DigestCache(0, len)


def _found(library: Library, row: Row) -> Found:
    tile = library.collection.find(row["photo_id"])
    name = tile[1].name if tile else ""
    approve = level_to_approve(level_of(row["level"])).value
    return Found(row, place_of(row), month_of(row), name or row["native_id"], approve)


def _approve(request: Request) -> Response:
    """Store an approval, and lead back to the list."""
    library: Library = request.app.state.opened.library()
    asked = {name: form_field(request, name) or "" for name in _CHOICE}
    photo, target, level, why = (
        form_field(request, name) or "" for name in ("photo", "target", "level", "why")
    )
    try:
        given = give_approval(library.workspace, photo, target, level, why.strip())
    except (ConfigurationError, UnknownCatalogError) as error:
        return _refused(request, "Nothing was approved", error, _path(**asked), 422)
    request.app.state.refresher.decided()
    return RedirectResponse(_path(**asked, given=str(given.approval_id)), 303)


def _approvals(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    standing = list_approvals(library.workspace)[::-1]
    first = min(_number(request.query_params.get("first")), len(standing))
    values = {
        "standing": standing[first : first + _PER_PAGE],
        "count": len(standing),
        "newer": max(0, first - _PER_PAGE) if first else None,
        "older": first + _PER_PAGE if first + _PER_PAGE < len(standing) else None,
        "refresh": request.app.state.refresher.state(),
    }
    return render(request, "deciding/approvals.html", values)


def _revoke(request: Request) -> Response:
    """Take an approval back, and lead to the list of those that stand."""
    library: Library = request.app.state.opened.library()
    number, why = _number(form_field(request, "approval")), form_field(request, "why") or ""
    try:
        revoke_approval(library.workspace, number, why.strip())
    except ConfigurationError as error:
        return _refused(request, "Nothing was revoked", error, _APPROVALS, 422)
    except ApprovalChangedError as error:
        return _refused(request, "Nothing was revoked", error, _APPROVALS, 409)
    request.app.state.refresher.decided()
    return RedirectResponse(_APPROVALS, 303)


def _refused(request: Request, title: str, error: Exception, again: str, status: int) -> Response:
    values = {"title": title, "sentence": str(error), "again": again}
    return render(request, "failure.html", values, status=status)


def _given(library: Library, number: str | None) -> Approval | None:
    """Return the approval that was just given, None if it does not stand."""
    standing = Approvals(library.workspace.ledger).standing() if number else []
    return next((one for one in standing if str(one.approval_id) == number), None)


def _group(row: Row) -> tuple[str, str]:
    return place_of(row), row["kind"]


def _at(catalog: str | None, kind: str | None, first: int) -> str:
    return _path(catalog=catalog, kind=kind, first=str(max(0, first)))


def _path(**values: str | None) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{_AUDIT}?{query}" if query else _AUDIT


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


ROUTES: list[BaseRoute] = [
    Route(_AUDIT, _audit),
    Route(f"{_AUDIT}/approve", _approve, methods=["POST"]),
    Route(_APPROVALS, _approvals),
    Route(f"{_AUDIT}/revoke", _revoke, methods=["POST"]),
]
