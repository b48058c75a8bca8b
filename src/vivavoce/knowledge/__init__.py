"""FROM: the stores that hold a merchant's documents."""
