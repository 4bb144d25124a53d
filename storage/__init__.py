"""Where things are kept, and how text is encoded for them."""
