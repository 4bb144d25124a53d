"""Jobs, who works on them, and what became of each document."""
