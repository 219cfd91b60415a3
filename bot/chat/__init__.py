"""The web chat: what a clinic's site shows of it, and what its visitors' browsers ask."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from bot.chat import frame, routes


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    app.register_blueprint(routes.chat)
    app.register_blueprint(frame.pages)
    csrf.exempt(routes.chat)  # a token in a header is no cookie: no other site can send it
