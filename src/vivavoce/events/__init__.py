"""TOLD: what happened, and who is told."""
