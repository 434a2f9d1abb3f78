"""Reading the mail that a site has sent into its mailbox folder."""

import re

from app.core.kernel import Kernel
from app.core.mail import MailboxEntry, list_mailbox, mailbox_of


def mails_to(kernel: Kernel, to: str) -> list[MailboxEntry]:
    """Return the mails to an address, newest first; the worker must have run."""
    entries = list_mailbox(mailbox_of(kernel.settings))
    return [entry for entry in entries if entry.to == to]


def links_in(kernel: Kernel, *, to: str) -> list[str]:
    """Return the links with a secret in the mails to an address, newest mail first."""
    text = "\n".join(mail.text for mail in mails_to(kernel, to))
    return re.findall(r"^https?://\S+=\S+$", text, re.MULTILINE)


def code_in(kernel: Kernel, *, to: str) -> str:
    """Return the six digits of the newest mail to an address."""
    found = re.search(r"^(\d{6})$", mails_to(kernel, to)[0].text, re.MULTILINE)
    assert found is not None
    return found[1]
