"""The field tables of the client API, and a reader that holds answers against them.

Source: mastodon-api.md 9, in its own notation: `?` may be null, `~` may be left out, `[X]` a list.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

PLAIN: Final[Mapping[str, re.Pattern[str]]] = {
    "s": re.compile(r".*", re.DOTALL),
    "id": re.compile(r"-?[0-9]{1,19}"),
    "url": re.compile(r"https://\S+"),
    "dt": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "d": re.compile(r"\d{4}-\d\d-\d\d"),
}
FIELD: Final = re.compile(r"([\w:]+):(\[?)([\w|]+)(\]?)(\??)(~?)")

ENTITIES: Final[Mapping[str, str]] = {
    "Account": """
        id:id username:s acct:s url:url uri:url display_name:s note:s avatar:url
        avatar_static:url header:url header_static:url locked:b bot:b group:b discoverable:b?
        indexable:b noindex:b?~ moved:Account?~ memorial:b~ suspended:b~ limited:b~ created_at:dt
        last_status_at:d? statuses_count:i followers_count:i following_count:i
        hide_collections:b? fields:[Field] emojis:[CustomEmoji] roles:[AccountRole]~
        counts_hidden:b~
    """,
    "PreviewCard": """
        url:url title:s description:s language:s? type:s authors:[CardAuthor] author_name:s
        author_url:s provider_name:s provider_url:s html:s width:i height:i image:url?
        image_description:s embed_url:s blurhash:s? published_at:dt?
    """,
    "CardAuthor": "name:s url:s account:Account?",
    "CredentialAccount": "=Account source:Source role:Role",
    "Source": """
        privacy:s sensitive:b language:s? note:s fields:[Field] follow_requests_count:i
        hide_collections:b? discoverable:b? indexable:b attribution_domains:[s] quote_policy:s
    """,
    "Role": "id:s name:s color:s permissions:id highlighted:b",
    "AccountRole": "id:s name:s color:s",
    "Field": "name:s value:s verified_at:dt?~",
    "CustomEmoji": "shortcode:s url:url static_url:url visible_in_picker:b category:s?",
    "Relationship": """
        id:id following:b showing_reblogs:b notifying:b languages:[s]? followed_by:b blocking:b
        blocked_by:b muting:b muting_notifications:b muting_expires_at:dt?~ requested:b
        requested_by:b domain_blocking:b endorsed:b note:s
    """,
    "Status": """
        id:id uri:url url:url? created_at:dt edited_at:dt? account:Account content:s visibility:s
        sensitive:b spoiler_text:s language:s? media_attachments:[MediaAttachment]
        mentions:[Mention] tags:[StatusTag] emojis:[CustomEmoji] replies_count:i reblogs_count:i
        favourites_count:i quotes_count:i in_reply_to_id:id? in_reply_to_account_id:id?
        reblog:Status? poll:Poll? card:PreviewCard? application:StatusApplication?~
        quote:Quote|ShallowQuote? quote_approval:QuoteApproval favourited:b~ reblogged:b~
        muted:b~ bookmarked:b~ pinned:b~ filtered:[FilterResult]~ local_only:b counts_hidden:b~
        content_type:s~
    """,
    "DeletedStatus": "=Status text:s -content",
    "Mention": "id:id username:s url:url acct:s",
    "StatusTag": "id:id~ name:s url:url",
    "StatusApplication": "name:s website:url?",
    "Quote": "state:s quoted_status:Status?",
    "ShallowQuote": "state:s quoted_status_id:id?",
    "QuoteApproval": "automatic:[s] manual:[s] current_user:s",
    "MediaAttachment": """
        id:id type:s url:url? preview_url:url? remote_url:url? preview_remote_url:url? text_url:s?
        meta:object? description:s? blurhash:s?
    """,
    "Poll": """
        id:id expires_at:dt? expired:b multiple:b votes_count:i voters_count:i?
        options:[PollOption] emojis:[CustomEmoji] voted:b~ own_votes:[i]~
    """,
    "PollOption": "title:s votes_count:i?",
    "Context": "ancestors:[Status] descendants:[Status]",
    "StatusEdit": """
        content:s spoiler_text:s sensitive:b created_at:dt account:Account poll:EditedPoll~
        media_attachments:[MediaAttachment] emojis:[CustomEmoji] quote:Quote~
    """,
    "EditedPoll": "options:[EditedOption]",
    "EditedOption": "title:s",
    "StatusSource": "id:id text:s spoiler_text:s content_type:s~",
    "ScheduledStatus": """
        id:id scheduled_at:dt params:ScheduledParams media_attachments:[MediaAttachment]
    """,
    "ScheduledParams": """
        text:s poll:ScheduledPoll? media_ids:[id]? sensitive:b? spoiler_text:s? visibility:s?
        in_reply_to_id:i? language:s? application_id:i scheduled_at:dt? idempotency:s?
        with_rate_limit:b allowed_mentions:[s]?~ quoted_status_id:id?~ quote_approval_policy:s?~
        local_only:b~
    """,
    "ScheduledPoll": "options:[s] expires_in:i? multiple:b hide_totals:b",
    "Conversation": "id:id unread:b accounts:[Account] last_status:Status?",
    "Filter": """
        id:id title:s context:[s] expires_at:dt? filter_action:s keywords:[FilterKeyword]~
        statuses:[FilterStatus]~
    """,
    "FilterKeyword": "id:id keyword:s whole_word:b",
    "FilterStatus": "id:id status_id:id",
    "FilterResult": "filter:Filter keyword_matches:[s]? status_matches:[s]?",
    "Notification": """
        id:id type:s group_key:s created_at:dt account:Account status:Status~ filtered:b~
    """,
    "GroupedNotifications": """
        accounts:[Account] partial_accounts:[PartialAccount]~ statuses:[Status]
        notification_groups:[NotificationGroup]
    """,
    "PartialAccount": "id:id acct:s url:url avatar:url avatar_static:url locked:b bot:b",
    "NotificationGroup": """
        group_key:s notifications_count:i type:s most_recent_notification_id:i page_min_id:id~
        page_max_id:id~ latest_page_notification_at:dt~ sample_account_ids:[id] status_id:id?~
    """,
    "NotificationPolicy": """
        for_not_following:s for_not_followers:s for_new_accounts:s for_private_mentions:s
        for_limited_accounts:s summary:PolicySummary
    """,
    "OldNotificationPolicy": """
        filter_not_following:b filter_not_followers:b filter_new_accounts:b
        filter_private_mentions:b summary:PolicySummary
    """,
    "PolicySummary": "pending_requests_count:i pending_notifications_count:i",
    "NotificationRequest": """
        id:id created_at:dt updated_at:dt account:Account notifications_count:s
        last_status:Status?
    """,
    "Merged": "merged:b",
    "Count": "count:i",
    "OldFilter": """
        id:id phrase:s context:[s] expires_at:dt? irreversible:b whole_word:b
    """,
    "List": "id:id title:s replies_policy:s exclusive:b",
    "Tag": "id:id name:s url:url history:[TagDay] following:b~ featuring:b~",
    "TagDay": "day:s uses:s accounts:s",
    "FeaturedTag": "id:id name:s url:url statuses_count:s last_status_at:d?",
    "FamiliarFollowers": "id:id accounts:[Account]",
    "Suggestion": "source:s sources:[s] account:Account",
    "MutedAccount": "=Account mute_expires_at:dt?",
    "Ties": "following_count:i followers_count:i",
    "Markers": "home:Marker~ notifications:Marker~",
    "Marker": "last_read_id:id version:i updated_at:dt",
    "Preferences": """
        posting:default:visibility:s posting:default:sensitive:b posting:default:language:s?
        posting:default:quote_policy:s reading:expand:media:s reading:expand:spoilers:b
        reading:autoplay:gifs:b
    """,
    "Search": "accounts:[Account] statuses:[Status] hashtags:[Tag]",
    "OldSearch": "accounts:[Account] statuses:[Status] hashtags:[s]",
    "Report": """
        id:id action_taken:b action_taken_at:dt? category:s comment:s forwarded:b created_at:dt
        status_ids:[id]? rule_ids:[s]? target_account:Account
    """,
    "WebPushSubscription": "id:i endpoint:s standard:b server_key:s alerts:object policy:s",
    "Announcement": """
        id:id content:s starts_at:dt? ends_at:dt? all_day:b published_at:dt updated_at:dt read:b~
        mentions:[Mention] statuses:[object] tags:[StatusTag] emojis:[CustomEmoji]
        reactions:[Reaction]
    """,
    "Reaction": "name:s count:i me:b~ url:url~ static_url:url~",
    "Application": """
        id:id name:s website:url? scopes:[s] redirect_uris:[s] redirect_uri:s vapid_key:s
    """,
    "CredentialApplication": """
        =Application client_id:s client_secret:s? client_secret_expires_at:i
    """,
    "Token": "access_token:s token_type:s scope:s created_at:i",
    "Instance": """
        domain:s title:s version:s source_url:url description:s usage:object thumbnail:object
        icon:[object] languages:[s] configuration:object registrations:Registrations
        api_versions:object contact:Contact rules:[Rule]
    """,
    "Registrations": """
        enabled:b approval_required:b reason_required:b?~ message:s? min_age:i? url:url?
    """,
    "Contact": "email:s account:Account?",
    "OldInstance": """
        uri:s title:s short_description:s description:s email:s version:s urls:object stats:object
        thumbnail:url? languages:[s] registrations:b approval_required:b invites_enabled:b
        configuration:object contact_account:Account? rules:[Rule] max_toot_chars:i
        poll_limits:object
    """,
    "Rule": "id:s text:s hint:s translations:object",
    "Text": "updated_at:dt content:s",
    "TermsOfService": "effective_date:d effective:b content:s succeeded_by:d?",
    "DomainBlock": "domain:s digest:s severity:s comment:s~",
    "Language": "code:s name:s",
    "Week": "week:s statuses:s logins:s registrations:s",
}


def faults(entity: str, value: Any, where: str = "") -> list[str]:
    """Return what of `value` is not as the table of the entity says."""
    where = where or entity
    if not isinstance(value, dict):
        return [f"{where} is no {entity}: {value!r}"]
    fields = fields_of(entity)
    found = [f"{where}.{name} is unknown" for name in value.keys() - fields.keys()]
    for name, (kinds, is_list, may_be_null, may_be_absent) in fields.items():
        path = f"{where}.{name}"
        if name not in value:
            found += [] if may_be_absent else [f"{path} is missing"]
        elif value[name] is None:
            found += [] if may_be_null else [f"{path} is null"]
        elif is_list:
            found += _of_list(kinds, value[name], path)
        else:
            found += _of_one(kinds, value[name], path)
    return found


def fields_of(entity: str) -> dict[str, tuple[str, bool, bool, bool]]:
    """Return of each field its kinds, and whether it is a list, null, or left out."""
    fields: dict[str, tuple[str, bool, bool, bool]] = {}
    for word in ENTITIES[entity].split():
        if word.startswith("="):
            fields |= fields_of(word[1:])
        elif word.startswith("-"):
            del fields[word[1:]]
        else:
            found = FIELD.fullmatch(word)
            assert found is not None, word
            name, begin, kinds, _end, null, absent = found.groups()
            fields[name] = kinds, bool(begin), bool(null), bool(absent)
    return fields


def _of_list(kinds: str, value: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path} is no list: {value!r}"]
    return [f for n, part in enumerate(value) for f in _of_one(kinds, part, f"{path}[{n}]")]


def _of_one(kinds: str, value: Any, path: str) -> list[str]:
    tried = [_of_kind(kind, value, path) for kind in kinds.split("|")]
    return min(tried, key=len)


def _of_kind(kind: str, value: Any, path: str) -> list[str]:
    if kind == "b":
        is_right = isinstance(value, bool)
    elif kind == "i":
        is_right = isinstance(value, int) and not isinstance(value, bool)
    elif kind == "object":
        is_right = isinstance(value, dict)
    elif kind in PLAIN:
        is_right = isinstance(value, str) and PLAIN[kind].fullmatch(value) is not None
    else:
        return faults(kind, value, path)
    return [] if is_right else [f"{path} is no {kind}: {value!r}"]


def schemas() -> dict[str, dict[str, Any]]:
    """Return the tables of all entities as JSON Schema, by name."""
    return {name: _schema(name) for name in ENTITIES}


def schema_of(shape: str) -> dict[str, Any]:
    """Return the schema of an answer: an entity, [a list of it], of several|kinds, or {}."""
    if shape.startswith("["):
        return {"type": "array", "items": schema_of(shape[1:-1])}
    if shape == "{}":
        return {"type": "object"}
    kinds = [_of(kind) for kind in shape.split("|")]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _schema(entity: str) -> dict[str, Any]:
    fields, properties = fields_of(entity), {}
    for name, (kinds, is_list, may_be_null, _) in fields.items():
        schema = schema_of(kinds)
        schema = {"type": "array", "items": schema} if is_list else schema
        properties[name] = {"anyOf": [schema, {"type": "null"}]} if may_be_null else schema
    required = [name for name, (*_, may_be_absent) in fields.items() if not may_be_absent]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _of(kind: str) -> dict[str, Any]:
    if kind in PLAIN:
        pattern = PLAIN[kind].pattern
        return {"type": "string"} if kind == "s" else {"type": "string", "pattern": f"^{pattern}$"}
    plain = {"b": "boolean", "i": "integer", "object": "object"}
    return {"type": plain[kind]} if kind in plain else {"$ref": f"#/components/schemas/{kind}"}
