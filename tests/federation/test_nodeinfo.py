"""NodeInfo: true about what we are, silent about how busy people are."""

from fastapi.testclient import TestClient

from app.core.kernel import Kernel
from app.main import create_app


def test_the_documents_are_where_the_first_one_says(kernel: Kernel) -> None:
    client = TestClient(create_app(kernel), base_url=kernel.settings.base_url)
    links = client.get("/.well-known/nodeinfo").json()["links"]
    application = links.pop()
    assert application["rel"].endswith("#Application")
    assert application["href"] == f"{kernel.settings.base_url}/actor"
    assert [link["href"].rpartition("/")[2] for link in links] == ["2.0", "2.1"]
    for link in links:
        answer = client.get(link["href"])
        document = answer.json()
        assert document["software"]["name"] == "commonhold"
        assert document["version"] == link["href"].rpartition("/")[2]
        assert document["usage"] == {"users": {"total": 0}, "localPosts": 0}
        assert link["rel"] in answer.headers["content-type"]
        assert answer.headers["access-control-allow-origin"] == "*"


def test_there_is_no_other_version(kernel: Kernel) -> None:
    client = TestClient(create_app(kernel), base_url=kernel.settings.base_url)
    assert client.get("/nodeinfo/9.9").status_code == 404
