"""RENTED: outside machines, each behind a small port."""
