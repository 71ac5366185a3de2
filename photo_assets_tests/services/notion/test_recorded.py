"""The stand-in beside traffic that was recorded of the service.

Each recorded reply must be of the contract; each recorded request, with its ids exchanged for those
the stand-in gave, must get a reply of the same shape. What differs is listed with its reason.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from photo_assets.sample.notion import endpoints
from photo_assets_tests.services.notion.contract.schema import violation
from photo_assets_tests.services.notion.server import NotionServer

_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")

#: Where the shapes differ, as path in the reply, and why.
_DIFFERENCES = {
    ".name": "the bot has a name of its own",
    ".bot.workspace_name": "so has the workspace",
}

Interaction = dict[str, Any]


def _cassettes(real_data: Path) -> Iterator[tuple[str, list[Interaction]]]:
    folder = real_data / "notion"
    if not folder.is_dir():
        pytest.skip("no recorded traffic of Notion here")
    for path in sorted(folder.glob("*.yaml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]


def _path(interaction: Interaction) -> str:
    return httpx.URL(interaction["request"]["uri"]).path


def _reply(interaction: Interaction) -> dict[str, Any]:
    return dict(json.loads(interaction["response"]["body"]["string"]))


def test_every_recorded_reply_is_of_the_contract(real_data: Path) -> None:
    checked = 0
    for name, interactions in _cassettes(real_data):
        for interaction in interactions:
            reply = _reply(interaction)
            del reply["request_id"]
            path = _path(interaction)
            found = endpoints.find(interaction["request"]["method"], path)
            if found is None:
                assert endpoints.SEND_FILE.fullmatch(path), (name, path)
            type_ = found[0].reply if found else "FileUploadReply"
            assert violation(type_, reply) is None, (name, path)
            checked += 1
    assert checked >= 30


def test_every_recorded_request_gets_a_reply_of_the_same_shape(real_data: Path) -> None:
    replayed = 0
    for name, interactions in _cassettes(real_data):
        with NotionServer().running() as server:
            _replay(server, name, interactions)
            assert server.violations == []
            replayed += len(interactions)
    assert replayed >= 30


def _replay(server: NotionServer, name: str, interactions: list[Interaction]) -> None:
    # The page the recordings were made below is the one that is shared here.
    first = json.loads(interactions[0]["request"]["body"] or "{}")
    ids = {}
    if "page_id" in first.get("parent", {}):
        ids[_bare(first["parent"]["page_id"])] = _bare(server.root_page_id)
    headers = {"Authorization": f"Bearer {server.settings.token}", "Notion-Version": "2025-09-03"}
    with httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as http:
        for interaction in interactions:
            request = interaction["request"]
            kept = request["headers"]
            got = http.request(
                request["method"],
                _exchanged(_path(interaction), ids),
                content=_exchanged(request["body"] or "", ids).encode(),
                headers={"Content-Type": kept["content-type"][0]} if "content-type" in kept else {},
            )
            assert got.status_code == interaction["response"]["status"]["code"], (name, got.text)
            recorded, ours = _reply(interaction), got.json()
            assert _shape(ours) == _shape(recorded), (name, request["method"], request["uri"])
            ids.update(_new_ids(recorded, ours))


def _bare(id_: str) -> str:
    return id_.replace("-", "")


def _exchanged(text: str, ids: dict[str, str]) -> str:
    return _UUID.sub(lambda match: ids.get(_bare(match[0]), match[0]), text)


def _new_ids(recorded: Any, ours: Any) -> dict[str, str]:
    """Return the ids of the recording with those that stand in their places here."""
    if isinstance(recorded, dict):
        pairs = {}
        if "id" in recorded and _UUID.fullmatch(str(recorded["id"])):
            pairs[_bare(recorded["id"])] = _bare(ours["id"])
        for key, value in recorded.items():
            pairs.update(_new_ids(value, ours.get(key)))
        return pairs
    if isinstance(recorded, list):
        return {
            k: v for a, b in zip(recorded, ours, strict=True) for k, v in _new_ids(a, b).items()
        }
    return {}


def _shape(node: Any, path: str = "") -> Any:
    """Return keys in their order, lengths of lists, kinds of values, and how times are written."""
    if path in _DIFFERENCES:
        return _DIFFERENCES[path]
    if isinstance(node, dict):
        return {key: _shape(value, f"{path}.{key}") for key, value in sorted(node.items())}
    if isinstance(node, list):
        return [_shape(value, f"{path}[]") for value in node]
    if isinstance(node, str):
        return _form(node)
    return node if node is None or isinstance(node, bool) else type(node).__name__


def _form(text: str) -> str:
    """Return a text with what differs from run to run made the same: ids, digits, hosts."""
    text = re.sub(r"^https?://(127\.0\.0\.1:\d+|api\.notion\.com)", "https://host", text)
    return re.sub(r"\d", "0", _UUID.sub("<id>", text))
