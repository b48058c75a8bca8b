"""KEPT: the database: one transaction at a time, one tenant at a time; migrations."""
