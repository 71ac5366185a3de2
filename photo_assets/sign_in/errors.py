"""The faults of a sign-in, each with its own sentence and the action to take.

Those of one catalog are `CatalogUnavailableError`: that catalog degrades alone and keeps its rows.
"""

from photo_assets.configuration.redaction import shown
from photo_assets.model.errors import CatalogUnavailableError, ConfigurationError
from photo_assets.sign_in.protocol import CatalogSignIn, Scope

KEY_VARIABLE = "PHOTOSYNC_KEY"


class KeyMissingError(ConfigurationError):
    """There is no key for the credentials, or it has not the form of one."""


class WrongKeyError(ConfigurationError):
    """The credentials cannot be decrypted with the key. The file is never changed then."""


class SignInError(CatalogUnavailableError):
    """A catalog's service cannot be called with its stored sign-in."""


class SignInMissingError(SignInError):
    """Nobody has signed in yet."""

    def __init__(self, catalog: CatalogSignIn) -> None:
        super().__init__(f"{catalog.label} is not signed in.", hint=_again(catalog))


class SignInExpiredError(SignInError):
    """The sign-in ended at a known time. `at`: a date and time for people."""

    def __init__(self, catalog: CatalogSignIn, at: str) -> None:
        super().__init__(f"The sign-in of {catalog.label} expired at {at}.", hint=_again(catalog))


class SignInRevokedError(SignInError):
    """The service no longer accepts the sign-in."""

    def __init__(self, catalog: CatalogSignIn) -> None:
        super().__init__(
            f"{catalog.sign_in.service} no longer accepts the sign-in of {catalog.label}: it was "
            "revoked, or has expired.",
            hint=_again(catalog),
        )


class SignInScopeError(SignInError):
    """The sign-in lacks a permission that is needed."""

    def __init__(self, catalog: CatalogSignIn, missing: Scope) -> None:
        super().__init__(
            f"The sign-in of {catalog.label} lacks the permission {missing.name}, which lets "
            f"photosync {missing.allows}.",
            hint=f"{_again(catalog)} Leave every permission selected.",
        )


class SignInTooMuchError(SignInError):
    """The sign-in has a permission that was not asked for and that may write."""

    def __init__(self, catalog: CatalogSignIn, scope: str) -> None:
        super().__init__(
            f"The sign-in of {catalog.label} has the permission {scope}, which was not asked for "
            "and may write. It is refused, because photosync only reads.",
            hint=f"{_again(catalog)} Give only the permissions that are listed there.",
        )


class OtherEndpointError(SignInError):
    """The sign-in was made at another server than the catalog's endpoint; it is not sent there."""

    def __init__(self, catalog: CatalogSignIn, made_at: str) -> None:
        super().__init__(
            f"{catalog.label} was signed in at {made_at}, but its endpoint is {catalog.base}.",
            hint=f"Correct `endpoint` in photosync.yaml, or sign in there. {_again(catalog)}",
        )


class OtherKindError(SignInError):
    """The stored sign-in is of another kind than the catalog now needs."""

    def __init__(self, catalog: CatalogSignIn) -> None:
        super().__init__(
            f"The stored sign-in of {catalog.label} is not of the kind that "
            f"{catalog.sign_in.service} needs.",
            hint=_again(catalog),
        )


class SignInOutageError(SignInError):
    """The service did not give an answer that can be understood. The sign-in is kept."""

    def __init__(self, catalog: CatalogSignIn, why: str) -> None:
        super().__init__(
            f"{catalog.sign_in.service} did not answer the request for {catalog.label}: {why}. "
            "The stored sign-in is kept.",
            hint="Try again later.",
        )


class ClientRefusedError(SignInError):
    """The service does not know the application's id or secret, or refuses the request."""

    def __init__(self, catalog: CatalogSignIn, why: str) -> None:
        super().__init__(
            f"{catalog.sign_in.service} refused the request for {catalog.label}: {why}.",
            hint=f"Check the application's id and secret. {_again(catalog)}",
        )


class CredentialsUnusableError(SignInError):
    """The credentials of all catalogs cannot be read: no key, another key, or a missing package.

    The message names no catalog, so that a list of faults can state it once.
    """

    def __init__(self, error: ConfigurationError) -> None:
        super().__init__(error.message, hint=error.hint)


class SignInFailedError(SignInError):
    """The person declined, did not answer in time, or entered something else."""


def declined(catalog: CatalogSignIn, code: str, *, paste: bool = False) -> SignInFailedError:
    """Return the error for an answer that permits nothing. `code` is "" without an answer."""
    why = "the browser gave no answer that belongs to it"
    if paste:
        why = "what was pasted is not the answer to it"
    if code:
        why = "access was declined" if code == "access_denied" else shown(code)
    elsewhere = "" if paste else " Where the browser is on another machine, add --paste."
    return SignInFailedError(
        f"The sign-in of {catalog.label} was not completed: {why}.",
        hint=f"{_again(catalog)}{elsewhere}",
    )


def code_refused(catalog: CatalogSignIn) -> SignInFailedError:
    """Return the error for a code of the browser that the service refuses."""
    return SignInFailedError(
        f"{catalog.sign_in.service} does not accept the code for {catalog.label}: it is wrong, or "
        "too old.",
        hint=f"{_again(catalog)} Open the address that it then prints: it gives a new code.",
    )


def _again(catalog: CatalogSignIn) -> str:
    return f"Run `{catalog.command}`."
