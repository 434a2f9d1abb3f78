"""The `toot` command, in this process, with a folder of its own for what it remembers."""

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from toot.cli import cli

from tests.clients.site import ClientSite


@dataclass(frozen=True)
class Toot:
    """A shell at which somebody uses toot with the site."""

    site: ClientSite
    home: Path

    def run(self, *words: str, typed: str = "", check: bool = True) -> str:
        """Run `toot words…`, typing what it asks for; return what it prints."""
        shell = CliRunner(env={"XDG_CONFIG_HOME": str(self.home), "NO_COLOR": "1"})
        ran = shell.invoke(cli, words, input=typed, prog_name="toot")
        assert not check or ran.exit_code == 0, f"{words}: {ran.output}{ran.exception!r}"
        return ran.output

    def signed_in(self, name: str = "maren") -> "Toot":
        """Sign in by password, as scripts do."""
        password = self.site.password
        self.run("login_cli", "-i", self.site.url, "-e", f"{name}@mail.example", "-p", password)
        return self
