"""The service, made to render everything anew for each request (B3). Run by uvicorn alone."""

import os
import sys
from pathlib import Path
from typing import Any

import uvicorn

from app.core.kernel import open_kernel
from app.core.settings import read_environment
from app.main import create_app
from app.wiring import LISTENERS


def main(port: int) -> None:
    """Serve the site of the environment."""
    app = create_app(open_kernel(read_environment(os.environ, folder=Path.cwd()), LISTENERS))

    async def forgetful(scope: Any, receive: Any, send: Any) -> None:
        app.state.renderer.forget()
        await app(scope, receive, send)

    uvicorn.run(forgetful, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
