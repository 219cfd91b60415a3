"""Twilio's refusals: `ApiError` is raised by whatever looks at a call and becomes Twilio's error JSON.

The messages name numbers, as Twilio's do: whoever logs them has written a patient's number into a log.
"""

from typing import Any

REFUSALS: dict[int, tuple[int, str]] = {
    20001: (400, "{what}"),
    20003: (401, "Authentication Error - invalid username"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource {what} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is temporarily unavailable"),
    21205: (400, "Invalid Url"),
    21210: (400, "'From' phone number not verified: {what}"),
    21211: (400, "Invalid 'To' Phone Number: {what}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number provided ({what}) is not a valid message-capable Twilio phone number "
        "for this destination/account",
    ),
    21609: (400, "The 'StatusCallback' URL {what} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21655: (400, "The ContentSid {what} is invalid."),
    21656: (400, "The ContentVariables parameter is invalid."),
    90007: (400, "Invalid validity period value"),
}
"""Twilio's code → HTTP status and message."""


class ApiError(Exception):
    """A call refused with one of Twilio's codes; `what` is the value complained of."""

    def __init__(self, code: int, what: str = "") -> None:
        self.code = code
        self.status, message = REFUSALS.get(code, (400, "The request was refused"))
        self.message = message.format(what=what)
        super().__init__(str(code))

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
