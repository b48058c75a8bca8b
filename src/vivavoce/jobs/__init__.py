"""LATER: notes, left in the caller's transaction and worked on by workers."""
