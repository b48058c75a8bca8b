"""WORK: what is said next, and keeping the conversation going."""
