"""Which filters a post matches."""

from datetime import timedelta

import pytest

from app.filters.kinds import Context, FilterAction, joined, split
from app.filters.matching import Matcher, Rule, matcher
from tests.factories import NOON

ME, AUTHOR, POST = 1, 2, 7


def matching(rule: Rule) -> Matcher:
    return matcher(ME, [rule], now=NOON)


def rule(*keywords: str, whole: bool = True, **given: object) -> Rule:
    values: dict[str, object] = {
        "id": 5,
        "title": "Quiet",
        "contexts": (Context.HOME,),
        "action": FilterAction.WARN,
        "keywords": tuple((words, whole) for words in keywords),
    }
    return Rule(**(values | given))  # type: ignore[arg-type]


TABLE = [
    pytest.param("cat", True, "a cat.", True, id="a word between others"),
    pytest.param("cat", True, "cat", True, id="the whole text"),
    pytest.param("cat", True, "concatenate", False, id="inside of another word"),
    pytest.param("cat", True, "concatenate, cat", True, id="inside of one word, then alone"),
    pytest.param("cat", False, "concatenate", True, id="a part of a word, where that is wanted"),
    pytest.param("cat", True, "snake_cat", False, id="an underscore belongs to the word"),
    pytest.param("cat", True, "cat2", False, id="a digit belongs to the word"),
    pytest.param("cat", True, "#cat", True, id="a sign before it does not"),
    pytest.param("#cat", True, "see#cat now", True, id="a keyword that begins with a sign"),
    pytest.param("#cat", True, "#cats", False, id="and ends with a letter"),
    pytest.param("cat!", True, "cat!!!", True, id="a keyword that ends with a sign"),
    pytest.param(":-(", True, "oh:-(no", True, id="a keyword of signs alone"),
    pytest.param("STRASSE", True, "die Straße", True, id="capitals do not count"),
    pytest.param("Ökonomie", True, "ökonomie heute", True, id="nor those with dots"),
    pytest.param("stock market", True, "the stock market fell", True, id="a phrase"),
    pytest.param("stock market", True, "stock of the market", False, id="its words apart"),
    pytest.param("猫", True, "黒猫", False, id="a letter beside a letter, in any script"),
    pytest.param("猫", False, "黒猫", True, id="scripts without spaces want parts of words"),
    pytest.param("a.c", True, "abc", False, id="a keyword is no pattern"),
    pytest.param("cat", True, "", False, id="nothing to read"),
]


@pytest.mark.parametrize(("keyword", "whole", "text", "expected"), TABLE)
def test_keywords(keyword: str, whole: bool, text: str, expected: bool) -> None:
    found = matching(rule(keyword, whole=whole)).results(text, POST, author_id=AUTHOR)
    assert [match.keywords for match in found] == ([(keyword,)] if expected else [])


def test_a_match_says_which_keywords_and_whether_the_post_itself() -> None:
    both = matching(rule("cat", "dog", "cow", status_ids=(POST, 8)))
    [match] = both.results("A dog and a Cat", POST, author_id=AUTHOR)
    assert (match.rule.title, match.keywords, match.by_status) == ("Quiet", ("cat", "dog"), True)
    [match] = both.results("nothing", 8, author_id=AUTHOR)
    assert (match.keywords, match.by_status) == ((), True)
    assert both.results("nothing", 9, author_id=AUTHOR) == ()


def test_ones_own_posts_match_nothing() -> None:
    mine = matching(rule("cat", status_ids=(POST,), action=FilterAction.HIDE))
    assert mine.results("cat", POST, author_id=ME) == ()
    assert not mine.hides("cat", POST, Context.HOME, author_id=ME)


def test_a_filter_ends_at_its_moment() -> None:
    ends = rule("cat", expires_at=NOON)
    assert not matcher(ME, [ends], now=NOON)
    before = matcher(ME, [ends], now=NOON - timedelta(seconds=1))
    assert before.results("cat", POST, author_id=AUTHOR)


@pytest.mark.parametrize("action", list(FilterAction))
@pytest.mark.parametrize("context", list(Context))
def test_only_hiding_filters_of_the_place_hide(action: FilterAction, context: Context) -> None:
    here = matching(rule("cat", action=action))
    hides = here.hides("cat", POST, context, author_id=AUTHOR)
    assert hides is (action is FilterAction.HIDE and context is Context.HOME)
    seen = here.results("cat", POST, context, author_id=AUTHOR)
    assert bool(seen) is (context is Context.HOME)
    assert here.results("cat", POST, author_id=AUTHOR)


def test_whoever_filters_nothing_is_asked_nothing() -> None:
    assert not matcher(ME, [], now=NOON)
    assert matcher(ME, [], now=NOON).results("cat", POST, author_id=AUTHOR) == ()


def test_contexts_are_kept_in_one_order() -> None:
    given = [Context.THREAD, Context.HOME, Context.THREAD]
    assert split(joined(given)) == (Context.HOME, Context.THREAD)
    assert split(joined([])) == ()
