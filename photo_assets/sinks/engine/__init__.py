"""What every sink is run by: planning, applying, verifying, rolling back. It knows no service."""
