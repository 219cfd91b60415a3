"""A clinic's own web site, at an address of its own, with the chat's script on its page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STYLE = "* { font-size: 40px; color: red !important; background: yellow } button, iframe { display: none }"
"""What a site says of its own buttons and frames, which is no business of the chat's."""


@dataclass
class Website:
    """`allows` is its content security policy for our address; `language` that of its page."""

    address: str
    widget: str
    slug: str = ""
    language: str = "en"

    @property
    def page(self) -> str:
        return f"""<!doctype html><html lang="{self.language}"><title>A clinic</title>
        <link rel="stylesheet" href="/site.css"><h1>A clinic</h1><a href="#news">News</a>
        <script src="{self.widget}/chat/widget.js" data-clinic="{self.slug}" defer></script>"""

    @property
    def allows(self) -> str:
        return f"default-src 'self'; script-src {self.widget}; frame-src {self.widget}"


@contextmanager
def website(widget: str) -> Iterator[Website]:
    """A site on a free port of this machine, which takes its chat from `widget`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = (
                (STYLE, "text/css") if self.path == "/site.css" else (site.page, "text/html; charset=utf-8")
            )
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", site.allows)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Website(f"http://127.0.0.1:{server.server_port}", widget)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
