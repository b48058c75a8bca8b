"""Mails to candidates: their words, and the templates that they stand in."""
