"""Raters: machines that say how far a piece of an answer confirms or rejects a claim."""
