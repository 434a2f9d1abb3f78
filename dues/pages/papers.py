"""Papers that prove a movement of money, for the dues office alone."""

from contextlib import closing
from typing import Final

from starlette.responses import Response

from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.words import say
from app.http.forms import Sent
from dues.treasury.evidence import BYTES_MAX, EXTENSIONS, PDF, Evidence, keep_evidence

# A paper runs nothing, whatever it is and however it was opened.
POLICY: Final = "default-src 'none'; sandbox"
LOST: Final = say("There is no paper for this.")


def evidence_in(sent: Sent, kernel: Kernel) -> Evidence | None:
    """Keep the paper that came with a form. Raises: Invalid, whose field is `evidence`."""
    for file in sent.files("evidence")[:1]:
        return keep_evidence(kernel.storage, file.file.read(BYTES_MAX + 1))
    return None


def paper_answer(
    kernel: Kernel, key: str | None, media_type: str | None, *, name: str
) -> Response:
    """Serve a paper: pictures, which we drew anew, in the browser; a PDF only as a file.

    No transaction is open meanwhile. Raises: NotFound.
    """
    if key is None or media_type not in EXTENSIONS or not kernel.storage.exists(key):
        raise NotFound(LOST)
    with closing(kernel.storage.open(key)) as file:
        data = file.read()
    how = "attachment" if media_type == PDF else "inline"
    headers = {
        "Content-Disposition": f'{how}; filename="{name}.{EXTENSIONS[media_type]}"',
        "Content-Security-Policy": POLICY,
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=media_type, headers=headers)
