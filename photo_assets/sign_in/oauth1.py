"""OAuth 1.0a (RFC 5849): the request token, the person's permission, the access token.

A service with OAuth 1.0a has no endpoint that revokes a token.
"""

from typing import Any, Final
from urllib.parse import urlencode

from photo_assets.sign_in.asking import post_signed
from photo_assets.sign_in.dialogue import Dialogue
from photo_assets.sign_in.errors import declined
from photo_assets.sign_in.loopback import Reply, ask_browser, loopback
from photo_assets.sign_in.protocol import CatalogSignIn, OAuth1

_OUT_OF_BAND: Final = "oob"  # RFC 5849, 2.1


def receive_token(
    catalog: CatalogSignIn, client: tuple[str, str], dialogue: Dialogue
) -> dict[str, Any]:
    """Let the person sign in; return what is stored of the token. Raises `SignInError`."""
    kind = catalog.sign_in
    assert isinstance(kind, OAuth1)
    client_id, client_secret = client
    with loopback() as receiver:
        callback = _OUT_OF_BAND if dialogue.paste else receiver.url
        requested = post_signed(catalog, kind.request_url, client, callback_uri=callback)
        query = urlencode({"oauth_token": requested["oauth_token"], **kind.parameters})
        address = f"{catalog.url(kind.authorize_url)}?{query}"

        def is_answer(reply: Reply) -> bool:
            is_ours = reply.get("oauth_token") == requested["oauth_token"]
            return is_ours and "oauth_verifier" in reply

        if dialogue.paste:
            dialogue.say("Open this address in a browser. At the end it shows a code:")
            dialogue.say(f"  {address}")
            verifier = dialogue.ask("Code").strip()
        else:
            verifier = ask_browser(address, dialogue, receiver, is_answer).get("oauth_verifier", "")
    if not verifier:
        raise declined(catalog, "", paste=dialogue.paste)
    received = post_signed(
        catalog,
        kind.access_url,
        client,
        resource_owner_key=requested["oauth_token"],
        resource_owner_secret=requested["oauth_token_secret"],
        verifier=verifier,
    )
    return {
        "client_id": client_id,
        "client_secret": client_secret,
        "token": received["oauth_token"],
        "token_secret": received["oauth_token_secret"],
    }
