"""What is said next: the course, the conductor, follow-ups, the loop."""
