"""What became of a message when AWS refused it or did not answer: wait, give up this recipient, or stop for all.

Pure rules, so that every code has its test. A code that nobody foresaw is taken for a passing trouble.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from conserje.messages.carriers import Delayed, Suspended, Undeliverable

No = Delayed | Undeliverable | Suspended


class Problem(StrEnum):
    """Why a message did not go. It holds nothing of what the carrier said: its text may quote a telephone."""

    # It may go later.
    THROTTLED = "throttled"
    CARRIER_TROUBLE = "carrier_trouble"
    NO_CONNECTION = "no_connection"
    UNKNOWN = "unknown_answer"
    # It was handed over, and nobody knows what became of it.
    NO_ANSWER = "no_answer"
    UNREADABLE_ANSWER = "unreadable_answer"
    # It never goes to this recipient.
    INVALID = "invalid"
    OPTED_OUT = "opted_out"
    DESTINATION_BLOCKED = "destination_blocked"
    TOO_EXPENSIVE = "too_expensive"
    REJECTED = "rejected"
    # Nothing goes to anybody.
    NOT_AUTHORISED = "not_authorised"
    SPEND_LIMIT = "spend_limit"
    ACCOUNT_STOPPED = "account_stopped"
    NOT_SET_UP = "not_set_up"


# Codes without the ending "Exception", which only some services write. Sources: the service models of botocore for
# SNS, SES v2 and End User Messaging, its list of throttling codes, and the errors common to all of AWS.
_DELAYED: Final = {
    "BandwidthLimitExceeded": Problem.THROTTLED,
    "KMSThrottling": Problem.THROTTLED,
    "LimitExceeded": Problem.THROTTLED,
    "PriorRequestNotComplete": Problem.THROTTLED,
    "RequestLimitExceeded": Problem.THROTTLED,
    "RequestThrottled": Problem.THROTTLED,
    "SlowDown": Problem.THROTTLED,
    "InternalError": Problem.CARRIER_TROUBLE,
    "InternalFailure": Problem.CARRIER_TROUBLE,
    "InternalServer": Problem.CARRIER_TROUBLE,
    "RequestTimeout": Problem.CARRIER_TROUBLE,
    "ServiceUnavailable": Problem.CARRIER_TROUBLE,
}
_UNDELIVERABLE: Final = {
    "BadRequest": Problem.INVALID,
    "InvalidParameter": Problem.INVALID,
    "InvalidParameterValue": Problem.INVALID,
    "ParameterValueInvalid": Problem.INVALID,
    "Validation": Problem.INVALID,
    "ValidationError": Problem.INVALID,
    "MessageRejected": Problem.REJECTED,
}
_SUSPENDED: Final = {
    "AccessDenied": Problem.NOT_AUTHORISED,
    "AuthorizationError": Problem.NOT_AUTHORISED,
    "ExpiredToken": Problem.NOT_AUTHORISED,
    "IncompleteSignature": Problem.NOT_AUTHORISED,
    "InvalidClientTokenId": Problem.NOT_AUTHORISED,
    "InvalidSecurity": Problem.NOT_AUTHORISED,
    "InvalidSignature": Problem.NOT_AUTHORISED,
    "MissingAuthenticationToken": Problem.NOT_AUTHORISED,
    "NotAuthorized": Problem.NOT_AUTHORISED,
    "OptInRequired": Problem.NOT_AUTHORISED,
    # The clock of this machine is wrong: every signature is.
    "RequestExpired": Problem.NOT_AUTHORISED,
    "SignatureDoesNotMatch": Problem.NOT_AUTHORISED,
    "UnrecognizedClient": Problem.NOT_AUTHORISED,
    "ServiceQuotaExceeded": Problem.SPEND_LIMIT,
    "AccountSuspended": Problem.ACCOUNT_STOPPED,
    "SendingPaused": Problem.ACCOUNT_STOPPED,
    "EndpointDisabled": Problem.NOT_SET_UP,
    "MailFromDomainNotVerified": Problem.NOT_SET_UP,
    "NotFound": Problem.NOT_SET_UP,
    "ResourceNotFound": Problem.NOT_SET_UP,
}

# End User Messaging says more than its codes do: a conflict may be the recipient's or the account's.
_REASONS_UNDELIVERABLE: Final = {
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": Problem.OPTED_OUT,
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": Problem.DESTINATION_BLOCKED,
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": Problem.DESTINATION_BLOCKED,
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": Problem.DESTINATION_BLOCKED,
    "DESTINATION_COUNTRY_BLOCKED": Problem.DESTINATION_BLOCKED,
    # One country has a number to send from and the other may have none: no reason to stop both.
    "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": Problem.DESTINATION_BLOCKED,
    "NO_ORIGINATION_IDENTITIES_FOUND": Problem.DESTINATION_BLOCKED,
    "PRICE_OVER_THRESHOLD": Problem.TOO_EXPENSIVE,
}
_REASONS_SUSPENDED: Final = {
    "MESSAGE_TYPE_MISMATCH": Problem.NOT_SET_UP,
    "NUMBER_CAPABILITIES_MISMATCH": Problem.NOT_SET_UP,
    "REGISTRATION_NOT_COMPLETE": Problem.NOT_SET_UP,
    "RESOURCE_NOT_ACTIVE": Problem.NOT_SET_UP,
    "ACCOUNT_DISABLED": Problem.ACCOUNT_STOPPED,
    "INSUFFICIENT_ACCOUNT_REPUTATION": Problem.ACCOUNT_STOPPED,
}

_TOO_MANY_REQUESTS: Final = 429
_REQUEST_TIMEOUT: Final = 408
# A gateway that lost the service behind it cannot know whether that one had done the work.
_LOST_BEHIND_THE_GATEWAY: Final = frozenset({502, 504})


def refusal(code: str, reason: str = "", status: int = 400) -> No:
    """What an error that AWS answered means: its code, where given its reason, and the status of the answer."""
    code = code.removesuffix("Exception")
    if reason in _REASONS_UNDELIVERABLE:
        return Undeliverable(_REASONS_UNDELIVERABLE[reason])
    if reason in _REASONS_SUSPENDED:
        return Suspended(_REASONS_SUSPENDED[reason])
    if code in _UNDELIVERABLE:
        return Undeliverable(_UNDELIVERABLE[code])
    if code in _SUSPENDED:
        return Suspended(_SUSPENDED[code])
    if code in _DELAYED:
        return Delayed(_DELAYED[code])
    if status == _TOO_MANY_REQUESTS or code.startswith(("Throttl", "TooManyRequests", "RequestThrottled")):
        return Delayed(Problem.THROTTLED)
    if status == _REQUEST_TIMEOUT or status >= 500:
        return Delayed(Problem.CARRIER_TROUBLE, may_have_gone=status in _LOST_BEHIND_THE_GATEWAY)
    return Delayed(Problem.UNKNOWN)


def failure(error: Exception) -> No:
    """What an exception means that botocore raised when it was asked, whether AWS answered or not."""
    # Imported here: an installation that sends nothing through AWS does not pay for botocore's memory.
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        answer = error.response
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        return refusal(str(answer.get("Error", {}).get("Code", "")), str(answer.get("Reason", "")), status)
    if not isinstance(error, exceptions.BotoCoreError):
        # Its parsers' own error, and whatever they stumble over in an answer that is no answer of AWS.
        return Delayed(Problem.UNREADABLE_ANSWER, may_have_gone=True)
    if isinstance(error, exceptions.ConnectionError):
        return Delayed(Problem.NO_CONNECTION)
    if isinstance(error, exceptions.HTTPClientError):
        # A read time-out, a connection that was closed, and whatever else befell a request under way.
        return Delayed(Problem.NO_ANSWER, may_have_gone=True)
    if isinstance(error, exceptions.ParamValidationError):
        return Undeliverable(Problem.INVALID)
    if isinstance(error, exceptions.CredentialRetrievalError | exceptions.MetadataRetrievalError):
        # Where the identity is fetched from did not answer, which passes.
        return Delayed(Problem.NO_CONNECTION)
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return Suspended(Problem.NOT_AUTHORISED)
    if isinstance(error, exceptions.NoRegionError | exceptions.ProfileNotFound):
        return Suspended(Problem.NOT_SET_UP)
    return Delayed(Problem.UNKNOWN)
