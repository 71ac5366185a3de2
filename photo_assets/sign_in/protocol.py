"""How a catalog's service signs people in: one value per kind, which the catalog's spec holds.

The flows that use these values are in other modules; no function here calls a service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission of a service. `allows` completes "This lets photosync …".

    A sign-in without a `required` one is refused. `writes`: it is not for reading alone; no
    catalog asks for such a permission.
    """

    name: str
    allows: str
    required: bool = True
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Who signed in, for people, and the permissions that the service says it granted.

    `granted` is None where the service does not say; the reply with the token then counts.
    """

    name: str
    granted: tuple[str, ...] | None = None


class Asking(Protocol):
    """One signed-in account, as `check` asks about it."""

    @property
    def values(self) -> Mapping[str, Any]:
        """The stored values, secrets included."""

    def get(self, url: str, **parameters: str) -> Any:
        """Return the JSON of an authorized GET.

        `url` is absolute with the service's own host, or begins with "/": a path of the endpoint.
        Raises `SignInError` for a refusal and for an outage.
        """


Check = Callable[[Asking], Account]


def _never(_scope: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What every kind of sign-in has.

    `service` is its name for people. `endpoint` is the base URL that a catalog uses by default;
    None: each catalog states its own. `scopes` are all permissions that are asked for. `check` asks
    the service who signed in. `notes` are told before the person signs in. `harmless` says whether
    a permission that is not in `scopes` may be granted too; any other one is refused. `ending`
    says where a person ends the sign-in at the service.
    """

    service: str
    endpoint: str | None
    scopes: tuple[Scope, ...]
    check: Check
    notes: tuple[str, ...] = ()
    harmless: Callable[[str], bool] = _never
    ending: str = ""

    def url(self, url: str, endpoint: str | None) -> str:
        """Return an address of the service, moved to `endpoint` if the catalog states another."""
        base = endpoint or self.endpoint or ""
        if url.startswith("/"):
            return base.rstrip("/") + url
        if same_endpoint(base, self.endpoint):
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{base.rstrip('/')}{parts.path}{query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(_Common):
    """A key that the person makes in the service and that is sent in the header `header`.

    `getting` says in which menu, and which permissions to select.
    """

    header: str
    getting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _WithClient(_Common):
    """A sign-in that needs an application registered at the service.

    `id_env` and `secret_env` are the environment variables of its id and secret; `registering` says
    how to get them.
    """

    id_env: str
    secret_env: str
    registering: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth1(_WithClient):
    """OAuth 1.0a (RFC 5849). `parameters` are added to the authorization's address."""

    request_url: str
    authorize_url: str
    access_url: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2(_WithClient):
    """OAuth 2.0 for installed apps (RFC 8252) with PKCE (RFC 7636).

    `parameters` are added to the authorization's address. `revoke_url` is None where the service
    has no such endpoint (RFC 7009).
    """

    authorize_url: str
    token_url: str
    revoke_url: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


SignIn = ApiKey | OAuth1 | OAuth2


def same_endpoint(one: str | None, other: str | None) -> bool:
    """Return whether two base URLs name the same server."""
    return (one or "").rstrip("/").lower() == (other or "").rstrip("/").lower()


@dataclass(frozen=True, slots=True)
class CatalogSignIn:
    """The sign-in of one catalog. `endpoint` is its setting, None for the service's own."""

    source: str
    name: str
    sign_in: SignIn
    endpoint: str | None = None

    @property
    def label(self) -> str:
        """The catalog's name for people."""
        return f"{self.source}/{self.name}"

    @property
    def command(self) -> str:
        """The command that signs in."""
        return f"photosync auth {self.source} {self.name}"

    @property
    def base(self) -> str:
        """The base URL in use, "" where none is known."""
        return (self.endpoint or self.sign_in.endpoint or "").rstrip("/")

    def url(self, url: str) -> str:
        """Return an address of the service at this catalog's endpoint."""
        return self.sign_in.url(url, self.endpoint)
