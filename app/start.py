"""Where the command `commonhold` begins: it loads the rest with the collector at rest.

Loading makes a million objects that stay. Looking through them again and again took a quarter of
the time to the first answer; afterwards they are set aside, and what requests leave is collected
as ever.
"""

import gc
from importlib import import_module


def main() -> None:
    """Load the command and run it."""
    gc.disable()
    cli = import_module("app.cli")
    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
