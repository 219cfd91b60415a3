"""What Twilio posts: whoever gets a form from here has what Twilio signed, and nothing else."""

from urllib.parse import parse_qsl

from flask import request
from twilio.request_validator import RequestValidator

from bot.services import Services

SIGNATURE = "X-Twilio-Signature"
MOST_FIELDS = 1000
"""Twilio sends about twenty."""


def signed_form(services: Services) -> dict[str, str] | None:
    """The fields of this request's form; None where Twilio did not sign them for this address.

    The address is our public one, which is what Twilio signed, whatever a proxy made of it. Twilio names no field
    twice and knows one way to write a form, so the body is read plainly and once: what is checked is what is used.
    """
    settings = services.settings
    body = request.get_data(cache=False).decode(errors="replace")
    try:
        form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{settings.public_url}{request.path}{query}"
    validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
    return form if validator.validate(url, form, request.headers.get(SIGNATURE, "")) else None
