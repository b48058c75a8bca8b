"""WHO: one candidate's go at an interview: its link, states, consents and answers."""
