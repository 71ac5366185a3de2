"""The photosync.yaml with the sample's catalogs. Text only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from photo_assets.sample.catalogs.eagle import FOLDER as EAGLE
from photo_assets.sample.catalogs.folders import FOLDER as NAS
from photo_assets.sample.catalogs.lightroom.writer import FILE as LIGHTROOM
from photo_assets.sample.catalogs.lightroom.writer import KNOWN_ROOT, PICTURES
from photo_assets.sample.catalogs.takeout import FOLDER as TAKEOUT
from photo_assets.sample.online import ACCOUNT


def sample_configuration(root: Path, endpoints: Mapping[str, str] | None = None) -> str:
    """Return YAML naming the catalogs of a sample at `root`, by absolute path.

    `endpoints`: the address of each online service that has an account of the sample, by source.
    """

    def quoted(name: str) -> str:
        return json.dumps(os.path.abspath(os.path.join(root, name)), ensure_ascii=False)

    online = "".join(
        f"""\
  {source}:
    {ACCOUNT}:
      endpoint: {json.dumps(endpoint)}
      requests_per_second: 1000
"""
        for source, endpoint in (endpoints or {}).items()
    )
    if online:
        online = f"""\
  # Accounts in stand-ins that run on this machine while a command needs them.
{online}"""
    return f"""\
# The sample library: one person's pictures over eight years, in several kinds of catalogs.
catalogs:
  lightroom:
    main:
      path: {quoted(LIGHTROOM)}
      # Lightroom knows its folders by where they were on the Mac; this is where they are here.
      # The volume "Archive 2017" is mapped nowhere: its pictures stay offline.
      root_map:
        {json.dumps(KNOWN_ROOT)}: {quoted(PICTURES)}
  eagle:
    inspiration:
      path: {quoted(EAGLE)}
  folders:
    nas:
      path: {quoted(NAS)}
    # A disk in a drawer. A catalog that is not there is offline, never empty.
    old_drive:
      path: {quoted("unplugged/old drive")}
  google_takeout:
    mara:
      path: {quoted(TAKEOUT)}
      account: mara
{online}"""
