"""Documents to chunks to index."""
