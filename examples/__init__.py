"""The example knowledge base, its sources and its gold set; never part of the installed package."""
