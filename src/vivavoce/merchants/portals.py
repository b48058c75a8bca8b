"""Portals: what a merchant's people can open. Each merchant has some of them. Pure."""

from enum import StrEnum


class Portal(StrEnum):
    """One of them."""

    INTERVIEW = "interview"  # candidates are interviewed
    COACHING = "coaching"  # people practise
