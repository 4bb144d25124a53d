"""A git repository as a source: read from its objects, never checked out, so that nothing in it is run."""
