"""The token endpoint: Authlib's grants, over our tables and in Mastodon's dialect.

One server is made for each call, around its transaction; it holds nothing else. It answers errors
instead of raising them, because some of them leave something behind: a code that is used twice
ends what it gave.

Source: RFC 6749 for the grants, RFC 7636 for PKCE, RFC 7009 for revocation.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.errors import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    ResourceOwnerPasswordCredentialsGrant,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from sqlalchemy.orm import Session

from app.core.crypto import new_secret
from app.core.errors import Invalid
from app.oauth.applications import application_of, is_public, is_secret_of
from app.oauth.calls import BY_SECRET, Answer, Call, Passwords
from app.oauth.consent import S256, kept_code
from app.oauth.models import AccessToken, Application, AuthorizationCode
from app.oauth.scopes import asked_of, write_scopes
from app.oauth.service import end_tokens_of_code, keep_token, token_of

BY_ANY: Final = [*BY_SECRET, "none"]


def give(
    session: Session, call: Call, *, passwords: Passwords | None = None, now: datetime
) -> Answer:
    """Answer a call of the token endpoint."""
    server = _Server(session, now=now, passwords=passwords)
    answer: Answer = server.create_token_response(_Request(call))
    return answer


def take_back(session: Session, call: Call, *, now: datetime) -> Answer:
    """Answer a call of the revocation endpoint: a program ends a token of its own."""
    server = _Server(session, now=now)
    answer: Answer = server.create_endpoint_response(_Revocation.ENDPOINT_NAME, _Request(call))
    return answer


class _Request(OAuth2Request):  # type: ignore[misc]
    def __init__(self, call: Call) -> None:
        # Whether the call came over TLS is known to whatever ends it, not to this process.
        super().__init__("POST", "https://localhost/", headers=_readable(call.authorization))
        self.payload = BasicOAuth2Payload(call.parameters)

    @property
    def form(self) -> Mapping[str, str]:
        data: Mapping[str, str] = self.payload.data
        return data


class _Client:
    """A program, as Authlib asks about it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def check_client_secret(self, secret: str) -> bool:
        return is_secret_of(self.application, secret)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return (method == "none") == is_public(self.application)

    def check_grant_type(self, _grant_type: str) -> bool:
        return True


class _Code:
    """A code that is good, as Authlib asks about it."""

    def __init__(self, row: AuthorizationCode) -> None:
        self.row = row

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return self.row.scopes


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(
        self, session: Session, *, now: datetime, passwords: Passwords | None = None
    ) -> None:
        super().__init__()
        self.session, self.now, self.passwords = session, now, passwords
        self.register_grant(_CodeGrant, [_Proof(required=True)])
        self.register_grant(_ClientGrant)
        if passwords is not None:
            self.register_grant(_PasswordGrant)
        self.register_endpoint(_Revocation)

    def query_client(self, client_id: str) -> _Client | None:
        application = application_of(self.session, client_id)
        return None if application is None else _Client(application)

    def generate_token(
        self, *, client: _Client, scope: str | None = None, **_given: Any
    ) -> dict[str, Any]:
        try:
            asked = asked_of(scope or "", registered=client.application.scopes.split())
        except Invalid:
            raise InvalidScopeError from None
        return {
            "access_token": new_secret(),
            "token_type": "Bearer",
            "scope": write_scopes(asked),
            "created_at": int(self.now.timestamp()),
        }

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        code = request.authorization_code
        request.client.application.was_used = True
        keep_token(
            self.session,
            token["access_token"],
            application_id=request.client.application.id,
            member_id=request.user,
            code_id=code.row.id if code else None,
            scopes=token["scope"].split(),
            now=self.now,
        )

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def send_signal(self, _name: str, *_args: Any, **_given: Any) -> None:
        """Tell nobody: what follows is in the same transaction."""

    def handle_response(self, status: int, body: Mapping[str, Any], headers: Any) -> Answer:
        return Answer(status, body, dict(headers))

    def handle_error_response(self, request: OAuth2Request, error: OAuth2Error) -> Answer:
        is_stranger = error.error == "invalid_client"
        is_basic = is_stranger and "Authorization" in request.headers
        headers = {"WWW-Authenticate": 'Basic realm="commonhold"'} if is_basic else {}
        status = 401 if is_stranger else error.status_code
        return Answer(status, {"error": error.error}, headers)


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = BY_ANY

    def query_authorization_code(self, code: str, client: _Client) -> _Code | None:
        row = kept_code(self.server.session, code)
        if row is None:
            return None
        if row.used_at is not None:
            # Two had it, and nobody can tell which of them the member trusted.
            end_tokens_of_code(self.server.session, row.id)
            return None
        is_theirs = row.application_id == client.application.id
        return _Code(row) if is_theirs and self.server.now < row.expires_at else None

    def authenticate_user(self, code: _Code) -> int:
        return code.row.member_id

    def delete_authorization_code(self, code: _Code) -> None:
        code.row.used_at = self.server.now


class _Proof(CodeChallenge):  # type: ignore[misc]
    SUPPORTED_CODE_CHALLENGE_METHOD = [S256]

    def validate_code_verifier(self, grant: _CodeGrant, result: Any) -> None:
        try:
            super().validate_code_verifier(grant, result)
        except InvalidRequestError:  # Programs that send none, or one too many, look for this.
            raise InvalidGrantError from None

    def get_authorization_code_challenge(self, code: _Code) -> str | None:
        return code.row.challenge

    def get_authorization_code_challenge_method(self, _code: _Code) -> str:
        return S256


class _ClientGrant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = BY_SECRET


class _PasswordGrant(ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = BY_SECRET

    def authenticate_user(self, _username: str, _password: str) -> int:
        member_id: int | None = self.server.passwords.member_id
        if member_id is None:
            raise InvalidGrantError
        return member_id


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = BY_ANY

    def authenticate_token(self, request: _Request, client: _Client) -> AccessToken | None:
        if "token" not in request.form:
            raise InvalidRequestError
        token = token_of(self.server.session, request.form["token"])
        if token is not None and token.application_id != client.application.id:
            raise UnauthorizedClientError(status_code=403)
        return token

    def revoke_token(self, token: AccessToken, _request: _Request) -> None:
        self.server.session.delete(token)


def _readable(authorization: str) -> Mapping[str, str]:
    """Return the header if it is Basic and can be read; Authlib would stumble over the rest."""
    kind, _, coded = authorization.partition(" ")
    try:
        is_basic = kind.lower() == "basic" and bool(b64decode(coded).decode())
    except (binascii.Error, ValueError):
        is_basic = False
    return {"Authorization": authorization} if is_basic else {}
