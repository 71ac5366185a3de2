"""Where the unified view goes: plan, apply, verify, rollback. Nothing here reads a catalog."""
