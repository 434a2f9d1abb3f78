"""What Mastodon.py and toot could call and no test calls, and why.

Everything else that they can call is called by a test of this folder.
"""

from collections.abc import Mapping
from typing import Final

ADMINISTRATION: Final = "Mastodon's administration is no part of this: officers have their desks"
NEWER: Final = "of Mastodon 4.6, which the site does not claim to be"
REPORTS: Final = "yearly reports rank what people did; nothing here is ranked"

_ADMIN: Final = """
    account account_approve account_delete account_enable account_moderate account_reject
    account_unsensitive account_unsilence account_unsuspend accounts accounts_v1 accounts_v2
    approve_trending_link approve_trending_status approve_trending_tag canonical_email_block
    canonical_email_blocks create_canonical_email_block create_domain_allow create_domain_block
    create_email_domain_block create_ip_block delete_canonical_email_block delete_domain_allow
    delete_domain_block delete_email_domain_block delete_ip_block dimensions domain_allow
    domain_allows domain_blocks email_domain_block email_domain_blocks ip_block ip_blocks measures
    reject_trending_link reject_trending_status reject_trending_tag report report_assign
    report_reopen report_resolve report_unassign reports retention test_canonical_email_block
    trending_links trending_statuses trending_tags update_domain_block update_ip_block
"""
_COLLECTIONS: Final = """
    account_collections account_in_collections collection collection_create collection_delete
    collection_item_add collection_item_delete collection_item_revoke collection_update
    profile profile_update
"""
_YEARLY: Final = """
    annual_report annual_report_generate annual_report_read annual_report_state annual_reports
"""

# By the name of the method.
NO_CALLS: Final[Mapping[str, str]] = {
    **{f"admin_{name}": ADMINISTRATION for name in _ADMIN.split()},
    **dict.fromkeys(_COLLECTIONS.split(), NEWER),
    **dict.fromkeys(_YEARLY.split(), REPORTS),
    "decode_blurhash": "computes with a library that has the name of another one of ours",
    "persistable_login_credentials": "writes down what it knows, and calls nothing",
    "get_status_length": "counts with a library that nothing else here needs",
    "oauth_userinfo": (
        "asks over https only, which the tests' site does not speak; mastodon/test_oauth.py asks"
    ),
    "get_async_refresh_status": "nothing here is fetched after the answer, so no id is given out",
    "follows": "the route of Mastodon 1, gone since 3.0; Mastodon.py refuses by itself",
    "reports": "the route of Mastodon 1, gone since 2.5; Mastodon.py refuses by itself",
    "push_subscription_decrypt_push": "notifications/test_push.py opens with it what is sent",
}
# By the words of the command.
NO_COMMANDS: Final[Mapping[tuple[str, ...], str]] = {
    ("tui",): "draws on a whole terminal; it calls what the other commands call",
    ("diag",): "tells of the machine that it runs on and calls nothing",
}
