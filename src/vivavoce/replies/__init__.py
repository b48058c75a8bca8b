"""What a candidate who asks is told, and by which passage."""
