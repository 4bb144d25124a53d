"""Where the documents of a set come from: a file or a folder a kind, all read in the same way.

Nothing is imported here: converters need to know addresses of pages, and are to start light.
"""
