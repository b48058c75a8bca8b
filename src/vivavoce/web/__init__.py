"""DOOR: the pages that candidates see, and the line that carries their conversation."""
