"""The stand-in as a process of its own, used and steered over HTTP."""

from requests_oauthlib import OAuth1Session

from photo_assets_tests.services.control import Control
from photo_assets_tests.services.server import running_process
from photo_assets_tests.services.smugmug.settings import Settings
from photo_assets_tests.time_limit import PATIENCE_S


def test_a_process_is_used_steered_and_looked_into() -> None:
    with running_process("photo_assets_tests.services.smugmug", "--albums", "2") as url:
        control, given = Control(url), Settings()
        session = OAuth1Session(given.api_key, given.api_secret, given.token, given.token_secret)
        session.trust_env = False
        nickname = session.get(f"{url}/api/v2!authuser", timeout=PATIENCE_S).json()["Response"][
            "User"
        ]["NickName"]
        album = control.order("/__add_album", name="New")["key"]
        control.order("/__add_image", album=album, file_name="a.jpg")
        albums = session.get(f"{url}/api/v2/user/{nickname}!albums", timeout=PATIENCE_S).json()
        assert [one["ImageCount"] for one in albums["Response"]["Album"]] == [4, 4, 1]
        control.order("/__revoke")
        assert session.get(f"{url}/api/v2!authuser", timeout=PATIENCE_S).status_code == 401
        assert [arrival.status for arrival in control.arrivals()] == [200, 200, 401]
        control.close()
