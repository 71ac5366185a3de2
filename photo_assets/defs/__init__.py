"""The Dagster layer, thin: assets, automation, checks, resources. One folder a layer of the graph.

Logic does not belong here: an asset body calls a function of a room and says what came out.
"""
