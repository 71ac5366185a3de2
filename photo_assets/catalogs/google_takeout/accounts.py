"""The account of an export, as far as stated: distinguishing two accounts in one folder.

The index page of an export ("archive_browser.html", named in the user's language) states the e-mail
address of the account. Without it, the URLs of the photos decide: "photos.google.com/photo/<id>" is
an item of one account's library and is the same in each of its exports. Other URLs are new in each
export and are ignored.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.part_names import TAKEOUT

INDEX_BYTES = 1 << 20
"""The part of an index page in which its heading is searched for."""

_HEADING = re.compile(rb'class="header_title">([^<]{1,400})<')
_ADDRESS = re.compile(rb"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHOTO = re.compile(r"https://photos\.google\.com/(?:[^?#]*/)?photo/([^/?#]+)")


def is_index(inner: str) -> bool:
    """Return whether a path inside an export is that of its index page."""
    folder, _, name = inner.rpartition("/")
    return folder == TAKEOUT and name.lower().endswith(".html")


def stated_account(page: bytes) -> bytes | None:
    """Return a digest of the e-mail address that an index page states."""
    heading = _HEADING.search(page)
    address = _ADDRESS.search(heading[1]) if heading is not None else None
    return hashlib.sha256(address[0].lower()).digest() if address is not None else None


def photo_id(url: str | None) -> str | None:
    """Return the id of the library's item in a photo's URL, None without one."""
    match = _PHOTO.match(url or "")
    return match[1] if match is not None else None


@dataclass(slots=True)
class AccountEvidence:
    """The evidence for the account in an export, or a part of one: addresses, and items by name.

    A name is a photo's folder and title.
    """

    accounts: set[bytes] = field(default_factory=set)
    photo_ids: dict[str, str] = field(default_factory=dict)

    def is_another(self, other: "AccountEvidence") -> bool:
        """Return whether the two are of different accounts; False without evidence.

        Decided by their addresses where both state one; otherwise by the items of the same names:
        in exports of one account most of them have the same id.
        """
        if self.accounts and other.accounts:
            return self.accounts.isdisjoint(other.accounts)
        few, many = sorted((self.photo_ids, other.photo_ids), key=len)
        shared = [many[name] == item for name, item in few.items() if name in many]
        return 2 * sum(shared) < len(shared)


def by_account(stated: Mapping[str, AccountEvidence]) -> list[list[str]]:
    """Return the names of the evidence, grouped by account, in order."""
    groups: list[list[str]] = []
    for name, evidence in stated.items():
        for group in groups:
            if not any(evidence.is_another(stated[member]) for member in group):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups
