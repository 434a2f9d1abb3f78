"""The addresses that programs get: absolute, and the same for ever. Source: federation.md 1."""

from app.core.crypto import Keyring
from app.core.records import Record
from app.http.faces import lent_face
from app.media.remote.addresses import Variant, proxied
from app.statuses.author import Author
from app.text.safe import with_whole_addresses


class Urls(Record):
    """Makes addresses of this site, which begins with `base`.

    Whoever shows pictures of other sites gives the keyring, which signs their addresses here.
    """

    base: str
    keyring: Keyring | None = None

    def remote(self, url: str, variant: Variant) -> str:
        """Return the address under which a picture of another site is shown from here."""
        assert self.keyring is not None, "made without the keyring"
        return f"{self.base}{proxied(self.keyring, url, variant)}"

    def actor(self, account_id: int) -> str:
        """Return the id of an account of this site, which stays when its name changes."""
        return f"{self.base}/ap/users/{account_id}"

    def profile(self, handle: str) -> str:
        """Return the page of an account; `handle` holds the domain of another site."""
        return f"{self.base}/@{handle}"

    @property
    def site_actor(self) -> str:
        """The id of the site itself, in whose name we ask other sites for things."""
        return f"{self.base}/actor"

    @property
    def shared_inbox(self) -> str:
        """Where other sites send what is for several of our accounts at once."""
        return f"{self.base}/inbox"

    def status_uri(self, account_id: int, status_id: int) -> str:
        """Return the id of a post."""
        return f"{self.actor(account_id)}/statuses/{status_id}"

    def activity(self, account_id: int, status_id: int) -> str:
        """Return the id of the act by which a post was published, or that a boost is."""
        return f"{self.status_uri(account_id, status_id)}/activity"

    def act(self, row_id: int) -> str:
        """Return the id of an act that is kept as a row of another kind: a follow, a mark."""
        return f"{self.base}/ap/activities/{row_id}"

    def context(self, conversation_id: int) -> str:
        """Return the id of a talk; it has that of the post which it began with."""
        return f"{self.base}/contexts/{conversation_id}"

    def quote_stamp(self, account_id: int, quoting_id: int) -> str:
        """Return the id by which an account lets one post quote one of its own."""
        return f"{self.actor(account_id)}/quote_authorizations/{quoting_id}"

    def status(self, author: Author, status_id: int) -> str:
        """Return the page of a post."""
        return f"{self.base}/@{author.handle}/{status_id}"

    def emoji(self, emoji_id: int) -> str:
        """Return the id of an emoji."""
        return f"{self.base}/emojis/{emoji_id}"

    def tag(self, name: str) -> str:
        """Return the page of a hashtag."""
        return f"{self.base}/tags/{name}"

    def stored(self, path: str) -> str:
        """Return the address of a stored file; `path` is below the site's root."""
        return f"{self.base}/{path.lstrip('/')}"

    def avatar(self, account_id: int, avatar_key: str | None) -> str:
        """Return an account's picture; without one, a lent one that every program can draw."""
        return self.stored(avatar_key or lent_face(account_id))

    def header(self, header_key: str | None) -> str:
        """Return an account's wide picture, or the plain one of the house."""
        return self.stored(header_key or "/faces/header.png")

    def absolute(self, html: str) -> str:
        """Return stored HTML with its links to people and tags as whole addresses."""
        return with_whole_addresses(html, self.base)
