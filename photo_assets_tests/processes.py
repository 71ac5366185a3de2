"""Processes that a test starts with a function: each a process of its own, with nothing of the test's.

They come from a process that has imported what most need, so that a start costs milliseconds and
not a second. They have the environment of the first start. Programs do not belong here.
"""

import multiprocessing
from multiprocessing.context import ForkServerContext

PROCESSES: ForkServerContext = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["photo_assets.media.read", "photo_assets.identity.photos", "photo_assets.service_calls"]
)
