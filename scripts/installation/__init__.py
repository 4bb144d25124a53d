"""How `.venv` is made, filled and kept true to pyproject.toml and requirements.lock."""
