"""Texts that a language model writes for the people who hire: checked by code, marked, stored whole or not at all."""
