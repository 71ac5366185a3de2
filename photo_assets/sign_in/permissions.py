"""Whether the permissions that a service granted are those that were asked for."""

from collections.abc import Iterable

from photo_assets.sign_in.errors import SignInScopeError, SignInTooMuchError
from photo_assets.sign_in.protocol import CatalogSignIn, Scope


def require_read_only(catalog: CatalogSignIn, granted: Iterable[str]) -> None:
    """Raise `SignInTooMuchError` or `SignInScopeError` unless exactly reading is permitted."""
    given = frozenset(granted)
    asked = {scope.name for scope in catalog.sign_in.scopes}
    for scope in sorted(given - asked):
        if not catalog.sign_in.harmless(scope):
            raise SignInTooMuchError(catalog, scope)
    for missing in catalog.sign_in.scopes:
        if missing.required and missing.name not in given:
            raise SignInScopeError(catalog, missing)


def not_granted(catalog: CatalogSignIn, granted: Iterable[str]) -> list[Scope]:
    """Return the optional permissions that were not granted."""
    given = frozenset(granted)
    return [scope for scope in catalog.sign_in.scopes if scope.name not in given]
