"""The state of a catalog's sign-in, from what is stored: no service is called.

Without secrets: it may be printed.
"""

from dataclasses import dataclass
from datetime import datetime

from photo_assets.model.errors import PhotoAssetsError
from photo_assets.sign_in.access import Access, Clock, utc_now
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.protocol import CatalogSignIn


@dataclass(frozen=True, slots=True)
class SignInState:
    """`account`, `since`, `scopes` and `ends` are of the stored sign-in; times are naive UTC.

    `ends`: when the person must sign in again, where the service said so. `fault`: why the catalog
    cannot be read with it, with the action to take.
    """

    catalog: CatalogSignIn
    account: str | None = None
    since: datetime | None = None
    scopes: tuple[str, ...] = ()
    ends: datetime | None = None
    fault: PhotoAssetsError | None = None

    def sentence(self) -> str:
        """Return the state as one line, without the account's name: it may be shown to others."""
        if self.fault is not None:
            return self.fault.message
        text = f"signed in since {self.since:%Y-%m-%d}"
        if self.scopes:
            text = f"{text}; may: {', '.join(self.scopes)}"
        return f"{text}; ends {self.ends:%Y-%m-%d %H:%M} UTC" if self.ends else text


def sign_in_state(
    store: CredentialStore, catalog: CatalogSignIn, clock: Clock = utc_now
) -> SignInState:
    """Return the state of one catalog's sign-in. Raises nothing about the sign-in itself."""
    fault: PhotoAssetsError | None = None
    try:
        values = Access(store, catalog, clock=clock).values()
    except PhotoAssetsError as error:
        fault = error
        try:
            values = store.read(catalog.source, catalog.name) or {}
        except PhotoAssetsError:
            values = {}
    return SignInState(
        catalog,
        account=values.get("account"),
        since=_moment(values.get("since")),
        scopes=tuple(values.get("scopes", ())),
        ends=_moment(values.get("ends")),
        fault=fault,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
