"""How voices sound, so that two can be told apart."""
