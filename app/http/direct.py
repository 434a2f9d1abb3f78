"""Reads that ask for little are called directly, without the framework's way to a route.

FastAPI looks up what a route asks for, opens stacks for what might have to be closed, and wraps
errors once more, all of it for each request: a third of reading a home timeline. A read that
needs none of that says the same, and is answered the same. Source: performance.md A1, A6.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeAlias, get_args, get_origin, get_type_hints

from fastapi.params import Depends
from starlette.convertors import Convertor, IntegerConvertor, PathConvertor, StringConvertor
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

Ask: TypeAlias = Callable[[Request], Awaitable[Any]]
Answer: TypeAlias = Callable[[Request], Awaitable[Response]]

# What parts of a path are by the time that its route is found.
PARTS: Final[Mapping[Any, tuple[type, ...]]] = {
    int: (IntegerConvertor,),
    str: (StringConvertor, PathConvertor),
}
Parts: TypeAlias = Mapping[str, Convertor[Any]]


class NotPlain(Exception):
    """The route needs the framework."""


def direct_answer(
    endpoint: Callable[..., Any], *, parts: Parts, dependencies: Sequence[Depends]
) -> Answer | None:
    """Return what answers a request as the route would; None if it needs the framework for it.

    Plain is a coroutine that returns a Response and asks for the request, for parts of its path,
    and for what plain coroutines return that ask for no more.
    """
    if not inspect.iscoroutinefunction(endpoint):
        return None
    if get_type_hints(endpoint).get("return") is not Response:
        return None
    try:
        first = [_ask(dependency) for dependency in dependencies]
        given = _given(endpoint, parts)
    except NotPlain:
        return None
    return _answer(endpoint, first, given)


def _answer(endpoint: Callable[..., Any], first: Sequence[Ask], given: dict[str, Ask]) -> Answer:
    async def answer(request: Request) -> Response:
        for ask in first:
            await ask(request)
        values = {name: await ask(request) for name, ask in given.items()}
        response: Response = await endpoint(**values)
        return response

    return answer


def _given(call: Callable[..., Any], parts: Parts) -> dict[str, Ask]:
    """Return from where each parameter of `call` comes. Raises: NotPlain."""
    hints = get_type_hints(_function_of(call), include_extras=True)
    names = inspect.signature(call).parameters
    return {name: _source(name, hints.get(name), parts) for name in names}


def _source(name: str, hint: Any, parts: Parts) -> Ask:
    if hint is Request or hint is HTTPConnection:
        return _itself
    if get_origin(hint) is Annotated:
        _kind, *marks = get_args(hint)
        if len(marks) == 1 and isinstance(marks[0], Depends):
            return _ask(marks[0])
        raise NotPlain
    if name in parts and isinstance(parts[name], PARTS.get(hint, ())):
        return _part(name)
    raise NotPlain


def _ask(dependency: Depends) -> Ask:
    call = dependency.dependency
    if call is None or dependency != Depends(call):
        raise NotPlain
    if not inspect.iscoroutinefunction(_function_of(call)):
        raise NotPlain
    given = _given(call, {})
    if list(given.values()) == [_itself]:
        return call

    async def ask(request: Request) -> Any:
        return await call(**{name: await source(request) for name, source in given.items()})

    return ask


def _function_of(call: Callable[..., Any]) -> Callable[..., Any]:
    return call if inspect.isfunction(call) else type(call).__call__


async def _itself(request: Request) -> Request:
    return request


def _part(name: str) -> Ask:
    async def part(request: Request) -> Any:
        return request.path_params[name]

    return part
