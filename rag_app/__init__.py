"""Question answering over a company's knowledge base."""

__version__ = "0.1.0"
