"""Forms that people send: read into a model, and shown again if something is to mend."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar, get_origin

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import AppError, Invalid
from app.core.records import Record
from app.core.words import say
from app.http.deps import refuse
from app.http.faults import faults_of
from app.http.filled import Filled
from app.http.pages import render
from app.http.tickets import FIELD, FIELD_BYTES_MAX, FIELDS_MAX, FILES_MAX

M = TypeVar("M", bound=BaseModel)


class Sent(Record):
    """A form as it came."""

    request: Request
    data: FormData

    def read(self, model: type[M]) -> M:
        """Return the form as `model`; an empty field counts as not filled in.

        Raises: Invalid, which names each field and its fault.
        """
        try:
            return model.model_validate(self._given(model))
        except ValidationError as error:
            faults = faults_of(error.errors())
            raise Invalid(say("Something is to mend."), **faults) from None

    def text(self, name: str) -> str:
        """Return the last value of a field; empty if it did not come."""
        values = self.values.get(name)
        return values[-1] if values else ""

    def files(self, name: str) -> Sequence[UploadFile]:
        """Return the files chosen in a field, without the empty ones that browsers send."""
        found = self.data.getlist(name)
        return [item for item in found if isinstance(item, UploadFile) and item.filename]

    @property
    def values(self) -> Mapping[str, Sequence[str]]:
        """All text fields, in the order in which they came."""
        values: dict[str, list[str]] = {}
        for name, value in self.data.multi_items():
            if isinstance(value, str) and name != FIELD:
                values.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return values

    def again(
        self, name: str, fault: AppError, *, status_code: int = 422, **context: Any
    ) -> Response:
        """Show the form again with what was filled in and what is wrong; nothing is saved."""
        refuse(self.request)
        faults = fault.fields if isinstance(fault, Invalid) else {}
        form = Filled(self.values, faults, fault.message)
        return render(self.request, name, status_code=status_code, form=form, **context)

    def _given(self, model: type[BaseModel]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            sent = [value for value in self.values.get(field.alias or name, ()) if value != ""]
            if get_origin(field.annotation) in (list, tuple, set, frozenset):
                given[field.alias or name] = sent
            elif sent:
                given[field.alias or name] = sent[-1]
        return given


async def read_sent(request: Request) -> AsyncIterator[Sent]:
    """Yield the form, and close its files afterwards."""
    data = await request.form(
        max_fields=FIELDS_MAX, max_files=FILES_MAX, max_part_size=FIELD_BYTES_MAX
    )
    yield Sent(request, data)
    await data.close()


SentDep = Annotated[Sent, Depends(read_sent)]
