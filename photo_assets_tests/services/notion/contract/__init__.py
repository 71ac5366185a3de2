"""The vendor's published types as JSON Schema, how it is generated, and the checks made of it."""
