"""WORK: judging answers against written expectations, with the candidate's own words as proof."""
