"""DOOR: the pages of a merchant's own people."""
