"""The wire's shapes, and the words that they are translated by."""
