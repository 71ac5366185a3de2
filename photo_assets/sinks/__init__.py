"""Write the unified view to services: plan, apply, verify, roll back. No catalog is read here."""
