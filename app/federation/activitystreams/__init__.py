"""What other sites say, read: the one door from foreign JSON to values of ours. Pure.

Read `documents.read_document` from bytes, then one of `actors.read_actor`, `posts.read_post`,
`activities.read_activity` and `collections.read_page`. They raise `Unreadable` and nothing else.
A document is read as plain JSON, in every spelling that the fediverse has for one thing; what is
too much is cut, what is unknown is passed over, and no context is ever fetched.
"""
