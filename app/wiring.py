"""How the parts meet: what a vote can do, who listens to what, who does which duty.

Three literal registries and the tables' metadata; nothing here has behaviour of its own.
"""

from app.core import chain, duties
from app.core.duties import Handlers
from app.core.events import Listeners
from app.core.kernel import Kernel
from app.core.orm import Base

# Packages with tables are named here so that their models are known to METADATA.
TABLES = (chain, duties)
METADATA = Base.metadata

LISTENERS: Listeners = {}


def duty_handlers(_kernel: Kernel) -> Handlers:
    """Return who does which duty, with the tools that each handler needs."""
    return {}
