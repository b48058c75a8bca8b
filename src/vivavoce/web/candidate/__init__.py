"""The pages that a candidate sees."""
