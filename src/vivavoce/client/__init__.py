"""DOOR, from the other side: what knows the wire and nothing else of us."""
