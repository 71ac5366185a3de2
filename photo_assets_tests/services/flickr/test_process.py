"""The stand-in as a process of its own, steered over HTTP."""

from photo_assets_tests.services.flickr.control import FlickrControl
from photo_assets_tests.services.flickr.server import FlickrServer
from photo_assets_tests.services.server import running_process


def test_a_process_is_used_and_steered() -> None:
    with running_process("photo_assets_tests.services.flickr", "--photos", "3") as url:
        here = FlickrServer()
        here.base_url = url
        client = here.client()
        assert len(client.people.getPhotos(user_id="me")["photos"]["photo"]) == 3
        control = FlickrControl(url)
        photo_id = control.owner("add_photo", title="Jon Snow", tags=["a b"], public=True)
        listed = client.people.getPhotos(user_id="me")["photos"]["photo"]
        assert (listed[0]["id"], listed[0]["title"]) == (photo_id, "Jon Snow")
        control.script("502_html")
        control.owner("delete_photo", photo_id=photo_id)
        assert [arrival.path for arrival in control.arrivals()] == ["/services/rest/"] * 2
        control.close()
