"""The made-up clinic's own web site, with the chat on it: at an address of its own, as a real one is."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template

from bot.demo.carrier.parts import parts

blueprint = Blueprint("site", __name__, template_folder="page")


@blueprint.get("/clinic")
def page() -> Response:
    """As strict as a careful clinic's: beside its own files it allows the chat's address, for script and frame."""
    site = parts().account.site
    if site is None:
        abort(404)
    answer = make_response(render_template("site.html", site=site, numbers=parts().account.numbers))
    chat = "{0.scheme}://{0.netloc}".format(urlsplit(site.widget_url))
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src {chat}; frame-src {chat}; frame-ancestors 'none'"
    )
    return answer
