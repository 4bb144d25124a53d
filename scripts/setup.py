"""Leaves `.venv` ready: `python3 -m scripts.setup [--extras torch,postgresql] [--dev]`.

Any Python 3 can read this file, so that one too old can say so: nothing newer than Python 3.6 stands here.
"""

import sys

OLDEST = (3, 11)


def complaint(version: tuple) -> str:  # type: ignore[type-arg]
    """What to tell the owner of a Python of this version; empty where it is new enough."""
    if version[:2] >= OLDEST:
        return ""
    return (
        f"Python {version[0]}.{version[1]} found, {OLDEST[0]}.{OLDEST[1]} or newer is needed.\n"
        "Debian 12, Ubuntu 24.04 and later: sudo apt install python3 python3-venv\n"
        "An older system has no such package: install Python 3.11 beside the system's own, then name it:\n"
        "  make setup PYTHON=/path/to/python3.11"
    )


if __name__ == "__main__":
    too_old = complaint(tuple(sys.version_info))
    if too_old:
        sys.stderr.write(too_old + "\n")
        sys.exit(1)
    from scripts.installation.run import main

    sys.exit(main(sys.argv[1:]))
