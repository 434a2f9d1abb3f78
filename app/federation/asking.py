"""The site as one who asks: its own actor signs what no member asks for."""

from functools import partial

from app.core.kernel import Kernel
from app.core.net import Net
from app.federation.documents.actors import KEY_NAME
from app.federation.fetching import Fetcher
from app.federation.keys import ensure_key, private_pem, signing_key
from app.federation.signatures.keys import Signer, own_key
from app.http.urls import Urls
from app.moderation.sites.queries import treatment_by
from app.text.hosts import host_of_uri, normal_host


def open_fetcher(kernel: Kernel, net: Net) -> Fetcher:
    """Return the way to ask other sites for documents; nothing is asked or made yet."""
    return Fetcher(
        net.fetch,
        signer=partial(site_signer, kernel),
        clock=kernel.clock,
        here=own_hosts(kernel),
        refuses=partial(_is_refused, kernel),
        scheme=kernel.settings.base_url.partition("://")[0],
    )


def _is_refused(kernel: Kernel, host: str) -> bool:
    """Return whether it was decided that we do not speak with the site."""
    with kernel.db.read_engine.connect() as connection:
        return treatment_by(connection, host).is_refused


def site_signer(kernel: Kernel) -> Signer:
    """Return the key of the site itself; the first who asks has it made.

    It takes short transactions of its own, so none may be open.
    """
    with kernel.db.read.begin() as session:
        key = signing_key(session, None)
    if key is None:
        ensure_key(kernel, None)
        with kernel.db.read.begin() as session:
            key = signing_key(session, None)
    assert key is not None, "it was just made"
    uri = Urls(kernel.settings.base_url).site_actor
    return Signer(f"{uri}{KEY_NAME}", own_key(private_pem(key, kernel.keyring)))


def own_hosts(kernel: Kernel) -> frozenset[str]:
    """Return the hosts that are ours: of our pages, and behind the @ of our accounts."""
    settings = kernel.settings
    behind = normal_host(settings.address_domain.partition(":")[0])
    found = {host_of_uri(settings.base_url), behind}
    return frozenset(host for host in found if host is not None)
