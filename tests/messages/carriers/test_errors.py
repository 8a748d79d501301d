"""What each code and each exception means, without a network."""

from __future__ import annotations

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from conserje.messages.carriers import Delayed, Outcome, Suspended, Undeliverable
from conserje.messages.carriers.errors import Problem, failure, refusal

URL = {"endpoint_url": "http://aws.example"}


@pytest.mark.parametrize(
    "code",
    [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestThrottledException",
        "KMSThrottling",
        "KMSThrottlingException",
        "LimitExceededException",
        "RequestLimitExceeded",
        "SlowDown",
    ],
)
def test_throttling_may_go_later(code: str) -> None:
    assert refusal(code) == Delayed(Problem.THROTTLED)


def test_too_many_requests_may_go_later_whatever_the_code() -> None:
    assert refusal("429", status=429) == Delayed(Problem.THROTTLED)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InternalError", 500),
        ("InternalFailure", 500),
        ("InternalServerException", 500),
        ("ServiceUnavailable", 503),
        ("RequestTimeout", 400),
        ("RequestTimeoutException", 408),
        ("500", 500),
        ("503", 503),
        ("408", 408),
    ],
)
def test_a_trouble_of_the_carrier_may_go_later(code: str, status: int) -> None:
    assert refusal(code, status=status) == Delayed(Problem.CARRIER_TROUBLE)


@pytest.mark.parametrize("status", [502, 504])
def test_what_a_gateway_lost_may_have_gone(status: int) -> None:
    assert refusal(str(status), status=status) == Delayed(Problem.CARRIER_TROUBLE, may_have_gone=True)


@pytest.mark.parametrize("code", ["", "SomethingNew", "SomethingNewException", "Conflict"])
@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_a_code_that_nobody_foresaw_may_go_later(code: str, status: int) -> None:
    assert refusal(code, status=status) == Delayed(Problem.UNKNOWN)


def test_a_conflict_for_a_reason_that_nobody_foresaw_may_go_later() -> None:
    assert refusal("ConflictException", "KEYWORD_MISMATCH") == Delayed(Problem.UNKNOWN)


@pytest.mark.parametrize(
    ("code", "reason", "problem"),
    [
        ("InvalidParameter", "", Problem.INVALID),
        ("InvalidParameterException", "", Problem.INVALID),
        ("ParameterValueInvalid", "", Problem.INVALID),
        ("ValidationException", "", Problem.INVALID),
        ("ValidationException", "FIELD_VALIDATION_FAILED", Problem.INVALID),
        ("BadRequestException", "", Problem.INVALID),
        ("MessageRejected", "", Problem.REJECTED),
        ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", Problem.OPTED_OUT),
        ("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", Problem.DESTINATION_BLOCKED),
        ("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", Problem.DESTINATION_BLOCKED),
        ("ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND", Problem.DESTINATION_BLOCKED),
        ("ValidationException", "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", Problem.DESTINATION_BLOCKED),
        ("ValidationException", "PRICE_OVER_THRESHOLD", Problem.TOO_EXPENSIVE),
    ],
)
def test_what_never_goes_to_this_recipient(code: str, reason: str, problem: Problem) -> None:
    assert refusal(code, reason) == Undeliverable(problem)


@pytest.mark.parametrize(
    ("code", "reason", "status", "problem"),
    [
        ("AuthorizationError", "", 403, Problem.NOT_AUTHORISED),
        ("AccessDenied", "", 403, Problem.NOT_AUTHORISED),
        ("AccessDeniedException", "", 400, Problem.NOT_AUTHORISED),
        ("InvalidSecurity", "", 403, Problem.NOT_AUTHORISED),
        ("InvalidClientTokenId", "", 403, Problem.NOT_AUTHORISED),
        ("UnrecognizedClientException", "", 400, Problem.NOT_AUTHORISED),
        ("SignatureDoesNotMatch", "", 403, Problem.NOT_AUTHORISED),
        ("InvalidSignatureException", "", 403, Problem.NOT_AUTHORISED),
        ("ExpiredTokenException", "", 403, Problem.NOT_AUTHORISED),
        ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", 402, Problem.SPEND_LIMIT),
        ("AccountSuspendedException", "", 400, Problem.ACCOUNT_STOPPED),
        ("SendingPausedException", "", 400, Problem.ACCOUNT_STOPPED),
        ("AccessDeniedException", "ACCOUNT_DISABLED", 400, Problem.ACCOUNT_STOPPED),
        ("EndpointDisabled", "", 400, Problem.NOT_SET_UP),
        ("MailFromDomainNotVerifiedException", "", 400, Problem.NOT_SET_UP),
        ("NotFoundException", "", 404, Problem.NOT_SET_UP),
        ("ResourceNotFoundException", "", 400, Problem.NOT_SET_UP),
        ("ConflictException", "RESOURCE_NOT_ACTIVE", 400, Problem.NOT_SET_UP),
    ],
)
def test_what_stops_everything(code: str, reason: str, status: int, problem: Problem) -> None:
    assert refusal(code, reason, status) == Suspended(problem)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (exceptions.ConnectTimeoutError(**URL), Delayed(Problem.NO_CONNECTION)),
        (exceptions.EndpointConnectionError(**URL), Delayed(Problem.NO_CONNECTION)),
        (exceptions.SSLError(**URL, error="certificate"), Delayed(Problem.NO_CONNECTION)),
        (exceptions.ProxyConnectionError(proxy_url="http://proxy.example"), Delayed(Problem.NO_CONNECTION)),
        (exceptions.ReadTimeoutError(**URL), Delayed(Problem.NO_ANSWER, may_have_gone=True)),
        (exceptions.ConnectionClosedError(**URL), Delayed(Problem.NO_ANSWER, may_have_gone=True)),
        (exceptions.HTTPClientError(error="reset"), Delayed(Problem.NO_ANSWER, may_have_gone=True)),
        (ResponseParserError("what?"), Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True)),
        (KeyError("PublishResult"), Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True)),
        (exceptions.ParamValidationError(report="empty"), Undeliverable(Problem.INVALID)),
        (exceptions.NoCredentialsError(), Suspended(Problem.NOT_AUTHORISED)),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), Suspended(Problem.NOT_AUTHORISED)),
        (exceptions.CredentialRetrievalError(provider="iam", error_msg="x"), Delayed(Problem.NO_CONNECTION)),
        (exceptions.MetadataRetrievalError(error_msg="x"), Delayed(Problem.NO_CONNECTION)),
        (exceptions.NoRegionError(), Suspended(Problem.NOT_SET_UP)),
        (exceptions.ProfileNotFound(profile="x"), Suspended(Problem.NOT_SET_UP)),
        (exceptions.UnknownServiceError(service_name="x", known_service_names="y"), Delayed(Problem.UNKNOWN)),
        (exceptions.ClientError({}, "Publish"), Delayed(Problem.UNKNOWN)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_exception_means(error: Exception, outcome: Outcome) -> None:
    assert failure(error) == outcome


def test_an_error_that_was_answered_is_judged_by_code_reason_and_status() -> None:
    def answered(code: str, status: int, **more: str) -> Outcome:
        said = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
        return failure(exceptions.ClientError(said, "SendTextMessage"))

    assert answered("AuthorizationError", 403) == Suspended(Problem.NOT_AUTHORISED)
    assert answered("503", 503) == Delayed(Problem.CARRIER_TROUBLE)
    opted_out = answered("ConflictException", 400, Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT")
    assert opted_out == Undeliverable(Problem.OPTED_OUT)


def test_a_problem_fits_its_column() -> None:
    assert max(len(problem) for problem in Problem) <= 40
