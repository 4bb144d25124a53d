"""Question to candidates to cross-encoder to ensemble."""
