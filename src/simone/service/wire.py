"""What crosses the wire besides the house's own records: request bodies, read strictly, and errors.

Not for outputs: they are sent as they are.
"""

from __future__ import annotations

import logging
import re
from typing import Annotated, Any

import msgspec
from litestar import Request as HttpRequest
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from simone import errors
from simone.governance.policy import SHIPPED
from simone.orchestration.workflow import shipped_names
from simone.records import Budget, OutputContract, Request

_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
BODY_BYTES = 4 * 1024 * 1024
"""A longer request body is refused, bytes."""

STATUSES: tuple[tuple[int, tuple[type[errors.SimoneError], ...]], ...] = (
    (404, (errors.RunUnknown,)),
    (500, (errors.MissingSource, errors.BadSettings)),  # no request names sources or settings: they are the server's
    (400, (errors.InputError,)),
    (422, (errors.EvidenceMissing, errors.BudgetExceeded)),  # 402 would speak of money, 408 would invite a repeat
    (410, (errors.RunForgotten, errors.RunPruned)),
    (409, (errors.ReplayError,)),
    (502, (errors.ModelFailed,)),
    (504, (errors.ModelTimeout,)),
    (503, (errors.Cancelled,)),
)
"""The first row with a class that fits decides; 500 where none does."""


class BudgetBody(Budget, frozen=True, forbid_unknown_fields=True):
    """A budget, and nothing else in it."""


class ContractBody(OutputContract, frozen=True, forbid_unknown_fields=True):
    """An output contract, and nothing else in it."""


class RunBody(Request, frozen=True, forbid_unknown_fields=True):
    """A request, and nothing else in it."""

    budget: BudgetBody = BudgetBody()
    contract: ContractBody = ContractBody()


class VerifyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text to check, not blank; `policy` "" takes the workflow's own; `explain` asks for words not carried."""

    text: Annotated[str, msgspec.Meta(pattern=r"\S")]
    policy: str = ""
    explain: bool = False


class StrictRequest(HttpRequest[Any, Any, Any]):
    """Reads a JSON body straight into the type of the handler's `data`: no "5" for 5, no field too many."""

    async def json(self) -> object:
        """The body; BadRequest, naming the field, where it does not follow the type."""
        field = self.route_handler.parsed_data_field
        body = await self.body()
        try:
            body.decode("utf-8")
            return msgspec.json.decode(body, type=field.annotation if field else object)
        except UnicodeDecodeError as error:
            raise errors.BadRequest(
                f"the request body cannot be used: byte {error.start} is not UTF-8; send JSON in UTF-8"
            ) from error
        except msgspec.DecodeError as error:
            what = _half_of(body) or str(error)
            raise errors.BadRequest(f"the request body cannot be used: {what}; see /schema/openapi.json") from error


def _half_of(body: bytes) -> str:
    """What is wrong where a body escapes half of a character, which the decoder tells as a body that ends too soon."""
    text = re.sub(r"\\\\", "", body.decode("utf-8"))
    half = re.search(rf"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}", text)
    return f"{half[0]} is half of a character; write both halves, or the character itself" if half else ""


def request_of(body: RunBody | VerifyBody) -> Request:
    """The request that a body stands for, equal to the one that the command line makes.

    Raises:
        BadRequest: it names a workflow or a policy that does not ship.
    """
    if isinstance(body, VerifyBody):
        request = Request("", text=body.text, workflow="verify", policy=body.policy, explain=body.explain)
    else:
        request = msgspec.convert(msgspec.to_builtins(body), Request)
    # The house takes paths here too, but a stranger must not choose which file of this machine is opened.
    for what, name, known in (("workflow", request.workflow, shipped_names()), ("policy", request.policy, SHIPPED)):
        if name and name not in known:
            raise errors.BadRequest(f"no {what} is called {name!r}; over HTTP it is one of {', '.join(known)}")
    return request


def failure(_: HttpRequest[Any, Any, Any], error: Exception) -> Response[dict[str, dict[str, str]]]:
    """The answer to whatever was raised.

    A client is told what it can change. What is wrong on this side it is told in general, and the server's log has the
    rest, because a message may hold paths, addresses and names of this machine.
    """
    name, message, headers = type(error).__name__, "", None
    if isinstance(error, HTTPException):
        # StrictRequest names what is wrong with a body; only one that is not there gets as far as validation
        message = "the request has no body" if isinstance(error, ValidationException) else error.detail
        name, status, headers = name.removesuffix("Exception"), error.status_code, error.headers
    elif isinstance(error, errors.SimoneError):
        status = next((status for status, kinds in STATUSES if isinstance(error, kinds)), 500)
        message = str(error) if status in (400, 409, 410, 422) else str(error.__doc__)
    else:
        name, status, message = "InternalError", 500, "A defect of this program; the server's log has its trace."
    if status in (500, 502, 504):
        log = logging.getLogger("simone.service")
        log.error("%s: %s", name, error, exc_info=error if name == "InternalError" else None)
    return Response({"error": {"type": name, "message": message}}, status_code=status, headers=headers)
