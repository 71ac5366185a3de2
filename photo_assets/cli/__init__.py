"""The command line `photosync`: what a person types, and what they are shown.

A command parses, calls one function of another room, and prints. Nothing heavy is imported at the
top of a module here, so that `photosync --help` answers at once.
"""
