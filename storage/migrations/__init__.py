"""How the tables came to be, one step a file; run in code when a database is opened."""
