"""One module a file format: each turns a `Source` into the bytes of one file, the same bytes every time."""
