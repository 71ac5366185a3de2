"""The second sign-in of a SmugMug account, for renaming albums; the catalog's own only reads.

SmugMug keeps the access that an application got first, so this sign-in needs an application, with
an API key, of its own.
"""

from dataclasses import replace
from typing import Final

from photo_assets.catalogs.smugmug.sign_in import SIGN_IN
from photo_assets.sign_in.protocol import Account, Asking, CatalogSignIn, Scope

SOURCE: Final = "smugmug_names"
"""The name of this sign-in in `photosync auth` and in the credentials."""

_MODIFY: Final = Scope(
    "Permissions=Modify",
    "change settings of albums; it changes nothing but names, by a plan that you approve",
    writes=True,
)


def _check(asking: Asking) -> Account:
    account = SIGN_IN.check(asking)
    access = tuple(one for one in account.granted or () if one.startswith("Access="))
    return Account(account.name, (*access, _MODIFY.name))  # the service does not state it


RENAMING: Final = replace(
    SIGN_IN,
    scopes=(SIGN_IN.scopes[0], _MODIFY),
    check=_check,
    notes=(
        "This sign-in is for renaming albums. Use another API key than the catalog's: SmugMug "
        "keeps the access that an application got the first time.",
        *SIGN_IN.notes[1:],
    ),
    id_env="SMUGMUG_NAMES_API_KEY",
    secret_env="SMUGMUG_NAMES_API_SECRET",  # noqa: S106
    parameters={"Access": "Full", "Permissions": "Modify"},
)


def renaming_sign_in(name: str, endpoint: str | None) -> CatalogSignIn:
    """Return the sign-in for renaming the albums of the catalog `smugmug/<name>`."""
    return CatalogSignIn(SOURCE, name, RENAMING, endpoint)
