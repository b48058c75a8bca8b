"""What was recorded: cut by answers, composed to be heard, and given to whoever may hear it."""
