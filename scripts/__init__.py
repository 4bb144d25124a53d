"""What `make` runs: set-up, the lock and the demonstration. Standard library only."""
