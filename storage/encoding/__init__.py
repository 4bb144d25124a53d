"""How text is encoded for the index: the same way for documents and for questions."""
