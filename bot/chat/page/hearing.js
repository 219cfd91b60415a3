// Hearing that something was said: a socket that says "changed"; where it cannot be had, looking now and then.

const HURRIED = 3000; // milliseconds between two looks without a socket
const IDLE = 30000; // the same while nobody looks
const SLOWEST = 30000; // between two tries to have a socket
const SILENT = 60000; // after so long without a heartbeat a socket is taken for dead
const UNKNOWN = 4401; // the server does not know the token

export class Hearing {
  #token;
  #refresh;
  #seen;
  #socket = null;
  #heard = 0; // when the socket last spoke; 0 while there is none that does
  #tries = 0;
  #look;
  #comeBack;

  /** `token()` is what the socket is opened with, null for none; `refresh()` is called when something may be new;
   * `seen()` tells whether somebody looks. */
  constructor(token, refresh, seen) {
    this.#token = token;
    this.#refresh = refresh;
    this.#seen = seen;
    document.addEventListener("visibilitychange", () => document.hidden || this.again());
    window.addEventListener("online", () => this.again());
  }

  /** Whether we are told by ourselves, so that nobody need ask. */
  get live() {
    return this.#heard > 0;
  }

  again() {
    if (!this.#token()) return;
    this.#connect();
    this.#refresh();
    this.#lookLater();
  }

  stop() {
    clearTimeout(this.#look);
    clearTimeout(this.#comeBack);
    this.#socket?.close();
    this.#socket = null;
    this.#heard = 0;
  }

  #connect() {
    clearTimeout(this.#comeBack);
    if (this.#socket) return;
    const address = new URL("/chat/socket", window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address));
    socket.addEventListener("open", () => socket.send(JSON.stringify({ token: this.#token() })));
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heard = Date.now();
      this.#tries = 0;
      if (JSON.parse(data).type === "changed") this.#refresh();
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#heard = 0;
      this.#refresh();
      if (code === UNKNOWN) return;
      const wait = Math.min(SLOWEST, 1000 * 2 ** this.#tries++) * (0.5 + Math.random());
      this.#comeBack = setTimeout(() => this.#token() && this.#connect(), wait);
    });
  }

  #lookLater() {
    clearTimeout(this.#look);
    this.#look = setTimeout(() => {
      if (!this.live) this.#refresh();
      else if (Date.now() - this.#heard > SILENT) this.#socket.close();
      this.#lookLater();
    }, this.#seen() ? HURRIED : IDLE);
  }
}
