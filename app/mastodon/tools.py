"""What the routes of the client API ask for."""

from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.mastodon.gate import anyone, perhaps, user
from app.mastodon.render import Renderer
from app.members.actor import Actor


async def renderer_of(connection: HTTPConnection) -> Renderer:
    """Return the renderer of this process."""
    renderer: Renderer = connection.app.state.renderer
    return renderer


RendererDep = Annotated[Renderer, Depends(renderer_of)]

Anyone: Final = anyone()

# Whose token a route needs, by what it does.
Reader = Annotated[Actor | None, perhaps("read")]
Seeker = Annotated[Actor | None, perhaps("read:search")]
ReaderOfPosts = Annotated[Actor | None, perhaps("read:statuses")]
ReaderOfAccounts = Annotated[Actor | None, perhaps("read:accounts")]
OwnStatuses = Annotated[Actor, user("read:statuses")]
OwnAccount = Annotated[Actor, user("read:accounts")]
OwnProfile = Annotated[Actor, user("read:accounts", "profile")]
OwnFollows = Annotated[Actor, user("read:follows")]
OwnBlocks = Annotated[Actor, user("read:blocks")]
OwnMutes = Annotated[Actor, user("read:mutes")]
OwnBookmarks = Annotated[Actor, user("read:bookmarks")]
OwnFavourites = Annotated[Actor, user("read:favourites")]
Author = Annotated[Actor, user("write:statuses")]
Follower = Annotated[Actor, user("write:follows")]
Blocker = Annotated[Actor, user("write:blocks")]
Muter = Annotated[Actor, user("write:mutes")]
Keeper = Annotated[Actor, user("write:bookmarks")]
Liker = Annotated[Actor, user("write:favourites")]
ProfileWriter = Annotated[Actor, user("write:accounts")]
Writer = Annotated[Actor, user("write:conversations")]
Uploader = Annotated[Actor, user("write:media")]
OwnLists = Annotated[Actor, user("read:lists")]
ListKeeper = Annotated[Actor, user("write:lists")]
OwnFilters = Annotated[Actor, user("read:filters")]
FilterKeeper = Annotated[Actor, user("write:filters")]
OwnNotices = Annotated[Actor, user("read:notifications")]
NoticeKeeper = Annotated[Actor, user("write:notifications")]
Member = Annotated[Actor, user()]
Reporter = Annotated[Actor, user("write:reports")]
