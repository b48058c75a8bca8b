"""WHO: who works at a merchant, how they sign in, and where they are signed in."""
