"""Validation of the address of a git repository. What is done with it does not belong here."""

import re

_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")
_TOKEN_AS_USER = re.compile(r"https?://[^/@]+@")


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
    if address.startswith("-") or re.match(r"[A-Za-z0-9+.-]+::", address):
        raise ValueError("not the address of a repository that git pushes to")
    return address
