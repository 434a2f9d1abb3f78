"""The hub, the offices, the log and how to check it."""

from tests.governance.web import Web


def test_the_hub_is_for_members(web: Web) -> None:
    assert web.visitor().get("/coop").status_code == 303


def test_the_hub_shows_who_is_in_office_and_until_when(web: Web) -> None:
    page = web.browser("ada").get("/coop").text
    assert "Our co-op" in page
    assert "(caretaker)" in page


def test_offices_log_and_check_are_open_to_everybody(web: Web) -> None:
    visitor = web.visitor()
    for path, words in (
        ("/coop/roles", "Who runs this"),
        ("/coop/roles/treasurer", "caretaker until the first election"),
        ("/coop/log", "The co-op was founded"),
        ("/coop/verify", "Check it yourself"),
    ):
        response = visitor.get(path)
        assert response.status_code == 200, path
        assert words in response.text, path
    assert visitor.get("/coop/roles/king").status_code == 404
