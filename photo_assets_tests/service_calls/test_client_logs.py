"""What the client libraries log of a call whose address is a secret."""

import logging

import pytest
import requests

from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_session
from photo_assets_tests.service_calls.raw_server import raw_server, reply

SECRET = "f0e1d2c3b4"


@pytest.mark.parametrize("line", ["X-Fine: yes", "a line without a colon", "\u00e9t\u00e9: 1", ""])
def test_the_address_of_a_file_is_in_no_log_whatever_headers_come(
    line: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with raw_server(reply("200 OK", "bytes", *filter(None, [line]))) as server:
        session = read_only_session(
            requests.Session(), ReadList([server.url], [Read("GET", "/photos/*")])
        )
        found = session.get(f"{server.url}/photos/1_{SECRET}_o.jpg?token={SECRET}", timeout=60)
    assert found.content == b"bytes"
    assert SECRET not in caplog.text
