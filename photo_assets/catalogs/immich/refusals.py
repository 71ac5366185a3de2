"""What a person can do when Immich refuses a call."""

from photo_assets.catalogs.immich.sign_in import SIGN_IN
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import ServiceError


def refusal(error: ServiceError, again: str) -> CatalogUnavailableError | None:
    """Return the error for people of a refusal by the server; None for other failures.

    `again`: how to give photosync another API key.
    """
    hint = f"{SIGN_IN.getting} Then {again}."
    match error.fault.status:
        case 401:
            return CatalogUnavailableError("Immich does not accept the API key.", hint=hint)
        case 403:
            return CatalogUnavailableError(
                "The API key lacks a permission that reading needs.", hint=hint
            )
        case 404:
            return CatalogUnavailableError(
                "There is no Immich server at the endpoint in photosync.yaml.",
                hint="Write the address that the browser shows, without /api.",
            )
    return None
