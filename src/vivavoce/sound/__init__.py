"""Frames in, words heard, turns ended, lines spoken."""
