"""A full disk: told as such, nothing half kept, and over when there is room again."""

import errno
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.core.db import Database
from app.core.facts import fact, record_once
from app.core.kernel import Kernel
from app.core.storage import new_key
from app.http.access import Anyone
from app.http.deps import KernelDep, SessionDep


@pytest.fixture
def writing(probe: FastAPI) -> Iterator[TestClient]:
    """A client of a service that stores rows and files."""

    @probe.post("/api/coop/v1/rows", dependencies=[Anyone])
    def post_row(session: SessionDep) -> str:
        return record_once(session, "large", "x" * 200_000)[:1]

    @probe.post("/api/coop/v1/files", dependencies=[Anyone])
    def post_file(kernel: KernelDep) -> str:
        kernel.storage.put(new_key("media"), b"x", "text/plain")
        return "kept"

    with TestClient(probe, raise_server_exceptions=False) as client:
        yield client


def test_a_full_database_is_told(writing: TestClient, db: Database) -> None:
    if db.dialect == "sqlite":
        full, room = "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"
    else:
        # PostgreSQL has no such limit to lower: its error is raised in its stead.
        full = (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$; "
            "CREATE TRIGGER full_disk BEFORE INSERT ON kernel_facts "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
        room = "DROP TRIGGER full_disk ON kernel_facts"
    with db.write.begin() as session:
        session.execute(text(full))
    answer = writing.post("/api/coop/v1/rows")
    assert answer.status_code == 507
    assert "disk is full" in answer.json()["error"]
    with db.read.begin() as session:
        assert fact(session, "large") is None
    with db.write.begin() as session:
        session.execute(text(room))
    assert writing.post("/api/coop/v1/rows").status_code == 200


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_store_is_told(
    writing: TestClient, kernel: Kernel, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(number, "no room")

    with monkeypatch.context() as patched:
        patched.setattr("app.core.files.os.fsync", refuse)
        answer = writing.post("/api/coop/v1/files")
    assert answer.status_code == 507
    root = kernel.storage.root  # type: ignore[attr-defined]
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert writing.post("/api/coop/v1/files").status_code == 200


def test_another_fault_of_the_machine_is_ours(
    writing: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr("app.core.files.os.fsync", refuse)
    assert writing.post("/api/coop/v1/files").status_code == 500
