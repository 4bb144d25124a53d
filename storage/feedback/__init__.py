"""What was shown and what people said of it, in the relational store and as vectors of questions."""
