"""Small programs that run one Python library, or us, over a folder and print groups as JSON.

Each is started as a process of its own, as the peers that are commands are, so that everyone pays
for starting. `python -m photo_assets_tests.bench.peers.programs.NAME FOLDER`.
"""
