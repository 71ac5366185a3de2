"""Assets of the vault layer."""
