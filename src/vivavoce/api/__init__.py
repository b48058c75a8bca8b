"""DOOR: the wire that callers know, one file a route."""
