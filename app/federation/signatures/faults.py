"""Why a signature is not accepted."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a request that should be signed; the texts may be told to its sender."""

    UNSIGNED = "This request has no signature."
    MALFORMED = "The signature cannot be read."
    ALGORITHM = "The signature uses an algorithm that is not accepted here."
    COVERAGE = "The signature does not cover enough of the request."
    COMPONENT = "The signature covers something that is not in the request, or not known here."
    HOST = "The request was signed for another host."
    DIGEST = "The digest is missing, or is not that of the body."
    TIME = "The signature is too old, or from the future."
    KEY = "The key is missing, or too weak, or too large, or of a kind that is not known here."
    WRONG = "The signature is not of this request and this key."


class BadSignature(Exception):
    """The request is not signed as it must be. Answer 401, whatever the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
