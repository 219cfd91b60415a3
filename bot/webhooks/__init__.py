"""What other systems tell us: verify, store once, wake after commit, answer at once. Nothing is decided here."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from bot.webhooks import schedule_feed, twilio, voice


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    # Flask's own way to put something before an application; mypy takes the attribute for a method.
    app.wsgi_app = twilio.Texts(app.wsgi_app, app.extensions["services"])  # type: ignore[method-assign]
    app.register_blueprint(voice.webhooks)
    csrf.exempt(voice.webhooks)  # signed by Twilio instead
    app.register_blueprint(schedule_feed.webhooks)
    csrf.exempt(schedule_feed.webhooks)  # signed by the practice system
