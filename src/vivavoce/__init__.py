"""Vivavoce: a self-hosted interview server."""
