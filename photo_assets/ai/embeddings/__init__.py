"""Vectors of pictures by a local model: computing, storing and comparing them.

Neither pictures nor vectors leave the machine here. Descriptions by endpoints are in `ai`.
"""
