"""Ending a sign-in: revoked at the service where it can be, then forgotten here."""

from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import SignInMissingError
from photo_assets.sign_in.oauth2 import revoke
from photo_assets.sign_in.protocol import CatalogSignIn


def end_sign_in(store: CredentialStore, catalog: CatalogSignIn, *, tell_service: bool) -> bool:
    """Revoke and forget the sign-in of a catalog; return whether it was revoked at the service.

    If the service cannot be reached, nothing is forgotten. `tell_service` False: forget only.
    Raises `SignInError`.
    """
    with store.exclusive(catalog.source, catalog.name):
        values = store.read(catalog.source, catalog.name)
        if values is None:
            raise SignInMissingError(catalog)
        revoked = tell_service and revoke(catalog, dict(values))
        store.forget(catalog.source, catalog.name)
    return revoked
