"""What Google's refusals of the Picker API mean for people: a sentence each, and the way out."""

from collections.abc import Iterator
from contextlib import contextmanager

from photo_assets.catalogs.google_photos.client import EXHAUSTED, UNFINISHED
from photo_assets.catalogs.google_photos.sign_in import API
from photo_assets.catalogs.online.errors import as_unavailable
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import FaultKind, ServiceError
from photo_assets.sign_in.google import explain_refusal
from photo_assets.sign_in.protocol import CatalogSignIn


@contextmanager
def explained(catalog: CatalogSignIn) -> Iterator[None]:
    """Raise the errors of calls in the block as errors for people."""
    try:
        yield
    except ServiceError as error:
        raise _explained(error, catalog) from error


def pick_command(catalog: CatalogSignIn) -> str:
    """Return the command that picks."""
    return f"photosync pick {catalog.source} {catalog.name}"


def overdue(catalog: CatalogSignIn) -> CatalogUnavailableError:
    """Return the error for a person who has not picked for as long as Google lets wait."""
    return CatalogUnavailableError(
        "Picking in Google Photos was not finished in time.",
        hint=f"Run `{pick_command(catalog)}`, and press Done on the page when you have picked.",
    )


def expired(catalog: CatalogSignIn) -> CatalogUnavailableError:
    """Return the error for a session that is gone."""
    return CatalogUnavailableError(
        "The session of picking has expired at Google, and nothing of it was stored.",
        hint=f"Run `{pick_command(catalog)}`, and pick again.",
    )


def _explained(error: ServiceError, catalog: CatalogSignIn) -> CatalogUnavailableError:
    fault = error.fault
    if fault.kind is FaultKind.PERMANENT and fault.code == EXHAUSTED:
        return CatalogUnavailableError(
            "Google permits no further session of picking for this account now: it has too many.",
            hint="Sessions expire by themselves. Run the command again in some hours.",
        )
    if fault.kind is FaultKind.PERMANENT and fault.code == UNFINISHED:
        return CatalogUnavailableError(
            "Google says that this account has no active Google Photos library.",
            hint="Open https://photos.google.com with it once, or sign in with another account: "
            f"`{catalog.command}`.",
        )
    again = f"Run `{catalog.command}`."
    told = explain_refusal(error, again, api=API, data="what you pick in Google Photos")
    return told or as_unavailable(error)
