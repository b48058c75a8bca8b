"""What the operations answer: one type for each body, which also makes its schema, and one `to_wire` that fills it."""
