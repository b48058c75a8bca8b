"""Mails to members."""
