"""Who may use the page: opening token, session cookie, token of forms, allowed hosts.

Values only. Applying them to requests belongs to `guard`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

HOST = "127.0.0.1"
"""The only address that the page is served on."""


def _derived(secret: str, use: str) -> str:
    return hmac.new(secret.encode(), use.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Access:
    """The secrets of one server on `port`. `token` is part of the address that opens it."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def opening_url(self) -> str:
        """The address that starts a session in the browser in which it is opened."""
        return f"http://{HOST}:{self.port}/open/{self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the Host header that are answered.

        A page elsewhere whose name was made to resolve to this machine sends its own name.
        """
        names = (HOST, "localhost")
        plain = set(names) if self.port == 80 else set()
        return frozenset(plain | {f"{name}:{self.port}" for name in names})

    @property
    def cookie(self) -> str:
        """The name of the session cookie: browsers share cookies among the ports of a host."""
        return f"photosync_{self.port}"

    @property
    def session(self) -> str:
        """The value of the session cookie. The opening token cannot be computed from it."""
        return _derived(self.token, "session")

    @property
    def form_token(self) -> str:
        """The value that every form and every writing request of a page must carry."""
        return _derived(self.token, "form")

    def opens(self, token: str) -> bool:
        """Return whether this is the opening token."""
        return _same(token, self.token)

    def is_session(self, value: str | None) -> bool:
        """Return whether this is the value of the session cookie."""
        return value is not None and _same(value, self.session)

    def is_form_token(self, value: str | None) -> bool:
        """Return whether this is the token of forms."""
        return value is not None and _same(value, self.form_token)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
