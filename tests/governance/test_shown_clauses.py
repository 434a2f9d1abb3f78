"""Which version gave a clause its words."""

from governance.shown.clauses import body_of, clauses

FIRST = "## 1. Who we are\n\nOne member, one vote.\n\nNobody buys a second.\n\n- kind\n- calm"
SECOND = "## 1. Who we are\n\nOne member, one vote.\n\nNobody can buy a second.\n\n- kind\n- calm"
THIRD = SECOND + "\n- patient\n\n## 2. Leaving\n\nTake your posts with you."


def told(*texts: str) -> list[tuple[str, tuple[int, ...]]]:
    made = clauses(list(enumerate(texts, start=1)))
    return [(clause.html.strip(), clause.versions) for clause in made]


def test_what_stands_since_the_first_version_needs_no_name() -> None:
    assert [versions for _, versions in told(FIRST)] == [(), (), (), ()]


def test_a_changed_clause_names_the_version_that_changed_it() -> None:
    assert told(FIRST, SECOND) == [
        ("<h3>1. Who we are</h3>", ()),
        ("<p>One member, one vote.</p>", ()),
        ("<p>Nobody can buy a second.</p>", (2,)),
        ("<ul>\n<li>kind</li>\n<li>calm</li>\n</ul>", ()),
    ]


def test_a_list_is_one_clause_of_several_versions() -> None:
    html, versions = told(FIRST, SECOND, THIRD)[3]
    assert html.count("<ul>") == 1
    assert versions == (3, 1)


def test_a_new_section_begins_with_its_own_version() -> None:
    assert told(FIRST, SECOND, THIRD)[-1] == ("<p>Take your posts with you.</p>", (3,))


def test_a_clause_that_was_dropped_leaves_the_others_their_versions() -> None:
    shorter = SECOND.replace("One member, one vote.\n\n", "")
    assert [versions for _, versions in told(FIRST, SECOND, shorter)] == [(), (2,), ()]


def test_markup_of_a_document_stays_safe() -> None:
    assert told("<script>alert(1)</script> and *words*")[0][0] == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; and <em>words</em></p>"
    )


def test_the_page_has_the_title_and_the_sections_move_up() -> None:
    text = "# Terms of Riverside\n\nPromises.\n\n## 1. Who\n\nUs.\n\n### a. More\n"
    assert body_of(text) == "Promises.\n\n# 1. Who\n\nUs.\n\n## a. More\n"
    assert body_of("Promises.\n\n## 1. Who") == "Promises.\n\n## 1. Who"


def test_the_rows_of_a_table_stay_one_table() -> None:
    table = "Before.\n\n| what | why |\n|---|---|\n| votes | to count |\n| posts | to show |"
    html, versions = told(table, table.replace("to count", "to count again"))[1]
    assert html.count("<tr>") == 3
    assert versions == (2, 1)
