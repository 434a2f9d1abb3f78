"""What one keeps in order for oneself, through the pages: search, lists, filters, tags."""

from sqlalchemy import update

from app.accounts.models import Account
from app.core.kernel import Kernel
from tests.web.test_posting import Enter, enter

__all__ = ["enter"]


def test_posts_are_looked_for_by_their_words(enter: Enter, kernel: Kernel) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/home").press("Post", words="The slow ferry. #ferry")
    bo.open("/search?q=ferry")
    assert bo.says("Nothing by these words")
    assert ada.open('/search?q="slow ferry"').says("The slow ferry.")
    with kernel.db.write.begin() as session:
        session.execute(update(Account).values(indexable=True))
    bo.open("/search?q=ferry")
    assert bo.says("The slow ferry.")
    assert "Posts with the tag #ferry" in bo.links()
    bo.open("/search")
    assert bo.says("How to look for posts")
    assert bo.open("/search?q=ada").says("@ada")
