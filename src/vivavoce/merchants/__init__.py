"""PAYS: tenants, their tokens and keys."""
