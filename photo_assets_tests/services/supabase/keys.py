"""The keys of a project: JWTs signed with its secret, and a secret key of the newer kind."""

import secrets
import time
from dataclasses import dataclass, field

import jwt

_YEAR_S = 365 * 86_400


@dataclass(frozen=True)
class Keys:
    """A project's keys. `secret_key` is no JWT: the gateway puts one in its place."""

    jwt_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    secret_key: str = field(default_factory=lambda: f"sb_secret_{secrets.token_urlsafe(24)}")

    @property
    def service_role(self) -> str:
        """A key that passes by row-level security."""
        return self.token("service_role")

    @property
    def anon(self) -> str:
        """The key that every visitor of a web page has."""
        return self.token("anon")

    @property
    def authenticated(self) -> str:
        """The token of somebody who signed in."""
        return self.token("authenticated", sub="00000000-0000-4000-8000-000000000001")

    def token(self, role: str, lifetime_s: int = _YEAR_S, **claims: str) -> str:
        """Return a token of `role`, expired when the lifetime is negative."""
        now = int(time.time())
        payload = {"role": role, "iat": now, "exp": now + lifetime_s, **claims}
        return jwt.encode(payload, self.jwt_secret, algorithm="HS256")
