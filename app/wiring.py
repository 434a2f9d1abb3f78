"""How the parts meet: what a vote can do, who listens to what, who does which duty.

Three literal registries and the tables' metadata; nothing here has behaviour of its own.
"""

from functools import partial

from app.accounts import models as accounts
from app.core import chain, duties, facts, mail, seats
from app.core.duties import Handlers
from app.core.events import Listeners
from app.core.kernel import Kernel
from app.core.orm import Base
from app.http.actors import Callers
from app.http.panels import Panels
from app.instance import models as instance
from app.members import models as members
from app.members.events import AccessEnded
from app.oauth import models as oauth
from app.oauth.service import end_tokens

# Packages with tables are named here so that their models are known to METADATA.
TABLES = (chain, duties, facts, seats, accounts, members, oauth, instance)
METADATA = Base.metadata

LISTENERS: Listeners = {
    AccessEnded: [end_tokens],
}
CALLERS = Callers()
PANELS = Panels()


def duty_handlers(kernel: Kernel) -> Handlers:
    """Return who does which duty, with the tools that each handler needs."""
    return {
        mail.KIND: partial(
            mail.send_mail,
            keyring=kernel.keyring,
            sender=mail.sender_of(kernel.settings),
            deliver=mail.open_mail(kernel.settings),
        ),
    }
