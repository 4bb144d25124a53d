"""`rag-app config`: the effective configuration."""

from __future__ import annotations

from rag_app.cli.options import Json


def config(as_json: Json = False) -> None:
    """Print every setting with its effective value; secrets are hidden.

    One is set in the environment, or in a file .env of the folder you work in.

    Example: RAG_APP_RANKING__DEPTH=80 rag-app config
    """
    from rag_app.cli.output import console, print_json, table
    from rag_app.settings import load_settings, setting_values

    settings = load_settings()
    if as_json:
        print_json(settings)
        return
    console.print(table(["setting", "value"], [[name, value] for name, value in setting_values(settings)]))
