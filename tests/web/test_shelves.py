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


def test_a_list_is_kept_through_the_pages(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    bo.open("/home").press("Post", words="From the boats.")
    ada.open("/@bo").press("Follow")
    assert ada.open("/@bo/lists").says("No list yet")
    ada.open("/lists").press("Begin the list", title=" ", expect=422)
    assert ada.says("Give the list a name.")
    ada.press("Begin the list", title="Boats", exclusive="on")
    assert ada.says("Nothing here yet")
    address = ada.url
    ada.open("/@bo").follow("Lists")
    ada.press("Keep", list=address.rpartition("/")[2])
    assert ada.open(address).says("From the boats.")
    assert not ada.open("/home").says("From the boats.")
    ada.open(f"{address}/edit").press("Keep", title="Ships")
    assert ada.open("/lists").says("Ships")
    bo.open(address, expect=404)
    ada.open(f"{address}/edit").press("Take off")
    assert ada.says("Nobody yet.")
    ada.press("Delete the list")
    assert ada.says("The list is gone.")
    assert ada.open("/home").says("From the boats.")


def test_a_filter_is_kept_through_the_pages(enter: Enter) -> None:
    ada = enter("ada")
    ada.open("/settings/filters").follow("A new filter")
    ada.press("Keep", title="Quiet", words=" ", expect=422)
    assert ada.says("Write a word or a phrase.")
    ada.press("Keep", title="Quiet", words="lottery\nraffle\nlottery", days="7")
    assert ada.says("lottery, raffle")
    assert ada.says("until")
    ada.follow("Quiet")
    ada.press("Keep", words="raffle\nbingo", days="keep")
    assert ada.says("raffle, bingo")
    assert ada.says("until")
    ada.follow("Quiet")
    ada.press("Delete the filter")
    assert ada.says("Nothing is filtered")


def test_a_tag_is_followed_through_the_pages(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    assert ada.open("/followed-tags").says("You follow no tag")
    bo.open("/home").press("Post", words="The slow #ferry.")
    ada.open("/tags/ferry").press("Follow this tag")
    assert ada.open("/home").says("The slow #ferry.")
    assert "#ferry" in ada.open("/followed-tags").links()
    ada.press("Stop following")
    assert ada.says("You follow no tag")
    assert not ada.open("/home").says("The slow #ferry.")


def test_strangers_wait_until_one_looks(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    assert ada.open("/notifications/held").says("Nobody waits")
    ada.open("/settings/notices").press("Keep", for_not_following="filter")
    assert ada.says("Kept.")
    for words in ("@ada Hello", "@ada Hello again"):
        bo.open("/home").press("Post", words=words)
    assert not ada.open("/notifications").says("bo wrote to you")
    ada.open("/notifications").follow("What is held")
    assert ada.says("@bo")
    ada.press("Let through")
    assert ada.says("What was held stands among your notifications now.")
    assert ada.open("/notifications").says("bo wrote to you")


def test_filters_cover_and_hide_posts_on_pages(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    for words in ("I won the lottery.", "Spoiled: the butler.", "Bread is ready."):
        bo.open("/home").press("Post", words=words)
    places = ["home", "public", "account"]
    new = ada.open("/settings/filters/new")
    new.press("Keep", title="Luck", words="lottery", action="hide", places=places)
    ada.open("/settings/filters/new").press("Keep", title="Films", words="butler", places=places)
    ada.open("/@bo").press("Follow")
    for page in ("/home", "/local", "/@bo"):
        ada.open(page)
        assert not ada.says("I won the lottery."), page
        assert ada.says("Filtered by you: Films"), page
        assert ada.says("Bread is ready."), page
    assert bo.open("/local").says("I won the lottery.")


def test_a_member_says_when_their_devices_are_told(enter: Enter) -> None:
    ada = enter("ada")
    ada.open("/settings/notices")
    ada.press("Keep the rhythm", pace="thrice", quiet_until="22:00", expect=422)
    assert ada.says("Quiet hours begin and end at different times.")
    ada.open("/settings/notices")
    ada.press("Keep the rhythm", pace="thrice", is_quiet="on", quiet_from="21:30")
    assert ada.says("Kept.")
    assert 'value="thrice" checked' in ada.html
    assert 'value="21:30"' in ada.html


def test_people_are_suggested_to_who_wants_it(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    enter("cy")
    ada.open("/@bo").press("Follow")
    bo.open("/@cy").press("Follow")
    bo.open("/@cy").press("Recommend them on my page")
    ada.open("/suggestions").press("Show me recommended people")
    assert ada.says("recommended by bo")
    ada.press("Not this one")
    assert ada.says("Nobody at the moment")
    ada.press("Show me nobody any more")
    assert ada.says("You see them only if you want to")
