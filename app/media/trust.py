"""Reading what a locked process left. It has seen a stranger's file: nothing is believed."""

from pathlib import Path
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.media.faults import Fault
from app.media.kinds import HEAD_BYTES, FileType, sniff

M = TypeVar("M", bound=BaseModel)

RESULT_BYTES_MAX: Final = 4_096

Side = Annotated[int, Field(ge=1, le=3_840)]
Size = Annotated[list[Side], Field(min_length=2, max_length=2)]
Blurhash = Annotated[str, Field(pattern=r"^[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,90}$")]


class Unfit(Exception):
    """The process refused the file, or what it left makes no sense."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Told(BaseModel):
    """What a locked process says, whole and of the right types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Faulty(Told):
    """Why it has nothing to show."""

    fault: Annotated[Fault, Field(strict=False)]


def read_told(folder: Path, model: type[M]) -> M:
    """Return what the process says, if it makes sense. Raises: Unfit."""
    try:
        with (folder / "result.json").open("rb") as file:
            said = file.read(RESULT_BYTES_MAX)
        if b'"fault"' in said:
            raise Unfit(Faulty.model_validate_json(said).fault)
        return model.model_validate_json(said)
    except (OSError, ValidationError):
        raise Unfit(Fault.DAMAGED) from None


def check_file(path: Path, file_type: FileType, *, bytes_max: int) -> Path:
    """Return `path` if a plain file of the type lies there. Raises: Unfit."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > bytes_max:
        raise Unfit(Fault.DAMAGED)
    with path.open("rb") as file:
        if sniff(file.read(HEAD_BYTES)) != file_type:
            raise Unfit(Fault.DAMAGED)
    return path
