"""The command line `photosync`: its commands and their output.

A command parses its arguments, calls one function of another package, and prints the result.
Modules import slow dependencies inside functions, so that `photosync --help` responds immediately.
"""
