"""A sign-in as somebody else: their photos are listed, and never joined to those read before."""

from photo_assets_tests.catalogs.flickr.reading import Reading
from photo_assets_tests.services.flickr.app import Call


def sign_in_as_another(reading: Reading) -> str:
    """Sign in as somebody with one photo, which was updated long ago; return its id."""
    account = reading.server.account
    ours = set(account.photos)
    (theirs,) = account.add_photos(1)
    for key in ours:
        del account.photos[key]
    reading.sign_in(account="bob")
    return str(theirs)


def test_the_sign_in_of_another_account_lists_that_account(reading: Reading) -> None:
    reading.sign_in(account="ann")
    (ours,) = reading.server.account.add_photos(1)
    reading.read()
    theirs = sign_in_as_another(reading)
    reading.read()
    rows = {key: row["availability"] for key, row in reading.rows().items()}
    assert rows == {theirs: "online", ours: "missing"}


def test_an_interrupted_listing_is_not_continued_for_another_account(reading: Reading) -> None:
    reading.sign_in(account="ann")
    reading.server.account.add_photos(1_100)

    def stop(call: Call) -> None:
        if call.given.get("page") == "3":
            reading.server.keys.revoked = True

    reading.server.inner.before = stop
    assert reading.read().offline is not None
    reading.server.inner.before = None
    reading.server.keys.revoked = False
    theirs = sign_in_as_another(reading)
    reading.read()
    assert set(reading.rows()) == {theirs}
