"""The mailbox on the admins' desk: read by them alone, and never in silence."""

import pytest
from sqlalchemy import func, select

from app.core.chain import ChainEntry
from app.core.mail import list_mailbox, mailbox_of, owe_mail
from app.http.letters import open_letters
from app.members.offices import Office
from tests.web.people.conftest import House

PATH = "/duties/admin/mailbox"


@pytest.fixture
def mail(house: House) -> str:
    """The page of a mail that no server took."""
    house.found()
    with house.kernel.db.write.begin() as session:
        duty = owe_mail(
            session,
            house.kernel.keyring,
            to="kofi@mail.example",
            subject="Your <code>",
            text="It is 123 456.",
            now=house.clock.now(),
        )
        session.flush()  # To learn its key.
        name = duty.id
    house.runner.run_due()
    return f"{PATH}/{name}.eml"


def acts(house: House, kind: str) -> int:
    with house.kernel.db.read.begin() as session:
        of_kind = select(func.count()).where(ChainEntry.kind == kind)
        return session.scalar(of_kind) or 0


def test_the_list_names_mails_and_hides_their_words(house: House, mail: str) -> None:
    page = house.signed_in("ada").visit(PATH)
    assert "kofi@mail.example" in page
    assert "Your &lt;code&gt;" in page
    assert mail in page
    assert "123 456" not in page
    assert acts(house, "mailbox.looked_at") == 1


def test_reading_one_is_written_down_for_all_members(house: House, mail: str) -> None:
    browser = house.signed_in("ada")
    assert "It is 123 456." in browser.visit(mail)
    assert acts(house, "mailbox.read") == 1
    assert "@ada read a mail in the mailbox." in browser.visit("/coop/audit")


@pytest.mark.parametrize("offices", [(), (Office.TREASURER, Office.MODERATOR, Office.SECRETARY)])
def test_nobody_else_reads_any(house: House, mail: str, offices: tuple[Office, ...]) -> None:
    house.add("maren", offices=offices)
    client = house.signed_in("maren").client
    assert [client.get(path).status_code for path in (PATH, mail)] == [403, 403]
    assert acts(house, "mailbox.looked_at") + acts(house, "mailbox.read") == 0


def test_a_letter_about_dues_is_not_for_admins(house: House) -> None:
    house.found()
    letters = open_letters(house.kernel)
    with house.kernel.db.write.begin() as session:
        now = house.clock.now()
        letters.owe(
            session,
            "dues_place",
            to="kofi@mail.example",
            locale=None,
            now=now,
            step="before",
            until=now.date(),
        )
    house.runner.run_due()
    [entry] = list_mailbox(mailbox_of(house.kernel.settings))
    browser = house.signed_in("ada")
    page = browser.visit(PATH)
    assert "kofi@mail.example" in page
    assert f'href="{PATH}/{entry.name}"' not in page
    assert "$0" not in page
    assert browser.client.get(f"{PATH}/{entry.name}").status_code == 403
    assert acts(house, "mailbox.read") == 0


WRONG = [
    pytest.param("1.eml", id="no such mail"),
    pytest.param("commonhold.db", id="another file"),
    pytest.param("..%2fsecrets%2fkey.eml", id="a way out of the folder"),
    pytest.param("%2e%2e.eml", id="dots"),
]


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize("name", WRONG)
def test_nothing_else_can_be_read(house: House, name: str) -> None:
    assert house.signed_in("ada").client.get(f"{PATH}/{name}").status_code == 404
    assert acts(house, "mailbox.read") == 0
