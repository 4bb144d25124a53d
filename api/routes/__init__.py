"""Routes: each at most ten lines over the application facade."""
