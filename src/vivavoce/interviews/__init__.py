"""WHAT: what is asked, and what a good answer is."""
