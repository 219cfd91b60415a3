"""What Twilio posts: whoever gets a form from here has what Twilio signed, and nothing else."""

from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator, compare
from werkzeug.wrappers import Request

from bot.services import Services

SIGNATURE = "X-Twilio-Signature"
MOST_FIELDS = 1000
"""Twilio sends about twenty."""


def signed_form(services: Services, request: Request) -> dict[str, str] | None:
    """The fields of a request's form; None where Twilio did not sign them for this address.

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
    given = request.headers.get(SIGNATURE, "")
    # Nearly always the address as it stands is signed; `validate` signs two others, with and without a port.
    holds = compare(validator.compute_signature(url, form), given) or validator.validate(url, form, given)
    return form if holds else None
