"""Validation of addresses: of services, and of git repositories. No address holds a secret.

photosync.yaml is kept in the history, and addresses are shown in errors and lists of processes.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_SERVICE = r"^https?://[^/?#@\s]+(/[^?#\s]*)?$"

PASSWORD = re.compile(r"//[^/@]*:[^/@]*@")
"""A password in an address, also in one of a shared folder: //me:password@nas/photos."""

_PASSWORD = re.compile(rf"{PASSWORD.pattern}|^[^/@]*:[^/@]*@")
_TOKEN_AS_USER = re.compile(r"(?!ssh:|git\+ssh:|file:)[a-z][a-z0-9+.-]*://[^/@]+@", re.IGNORECASE)
_WITH_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_QUERY = re.compile(r"(?!file:)([a-z][a-z0-9+.-]*://|[^/]+:)[^?#]*[?#]", re.IGNORECASE)
_HOST = re.compile(r"[^/]+:")


def _require_service(address: str) -> str:
    if not re.search(_SERVICE, address):
        raise ValueError(
            "write https://host or https://host/path, without a user, a password or a query"
        )
    return address


ServiceAddress = Annotated[
    str, AfterValidator(_require_service), Field(json_schema_extra={"pattern": _SERVICE})
]
"""The address of a service, without user, password and query."""


def require_remote(address: str) -> str:
    """Return `address`.

    Raises `ValueError` if git could take it for an option or a program, or if it says who signs in:
    addresses are shown in lists of processes and in errors.
    """
    if not address.strip() or any(ord(char) < 33 for char in address):
        raise ValueError("the address must not be empty, and must not contain spaces")
    if _PASSWORD.search(address) or _TOKEN_AS_USER.match(address):
        raise ValueError(
            "the address contains a user or a password; leave it out, and let git's credential "
            "helper (git help credentials) keep it"
        )
    if _QUERY.match(address):
        raise ValueError(
            "the address contains a query (? or #), which may hold a token; leave it out, and let "
            "git's credential helper (git help credentials) keep it"
        )
    if address.startswith("-") or re.match(r"[A-Za-z0-9+.-]+::", address):
        raise ValueError("not the address of a repository that git pushes to")
    return address


def is_local(address: str) -> bool:
    """Return whether an address is a path, as git decides it: no scheme, and no `host:` first."""
    return not (_WITH_SCHEME.match(address) or _HOST.match(address))
