"""The archive readers against what archives may hold."""
