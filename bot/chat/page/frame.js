// The chat inside the frame: it keeps a token on this device, sends what is written, and shows what was said.
// Nothing is asked of the server before the first message is sent, or a token is here from last time.
import { Hearing } from "./hearing.js";

const ANSWERS_WITHIN = 12000; // milliseconds for which the dots show that an answer may come
const DAY = { weekday: "long", month: "long", day: "numeric" };
const NEAR_THE_END = 200; // characters

const at = (id) => document.getElementById(id);
const [log, form, text, left, problem, writing, again] = ["log", "form", "text", "left", "problem", "writing", "again"].map(at);
const { clinic, longest } = document.body.dataset;
const language = document.documentElement.lang;
const say = Object.fromEntries([...at("words").content.querySelectorAll("li")].map((each) => [each.dataset.name, each.textContent]));
const framed = window.parent !== window;

// The token: in this browser's store for the clinic, or for as long as the page lives where the browser allows none.

const place = `standby.chat.${clinic}`;
let token = kept((store) => store.getItem(place)) ?? null;

function kept(use) {
  try {
    return use(window.localStorage);
  } catch {
    return null;
  }
}

function keep(given) {
  token = given;
  kept((store) => (given ? store.setItem(place, given) : store.removeItem(place)));
  again.hidden = !given;
}

async function ask(path, options = {}) {
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(options.body && { "Content-Type": "application/json" }) };
  return fetch(path, { cache: "no-store", credentials: "omit", ...options, headers });
}

async function begin() {
  const response = await ask(`/chat/${encodeURIComponent(clinic)}/session`, { method: "POST" });
  if (!response.ok) throw await refusal(response);
  keep((await response.json()).token);
  hearing.again();
}

class Refused extends Error {} // what it says is for people

async function refusal(response) {
  const told = await response.json().catch(() => ({})); // RFC 9457
  return new Refused(told.detail ?? say.failed);
}

// What was said

let after = "", day = "", showing = false, stale = false;
const waiting = []; // what was sent from here and has not come back from the server yet, oldest first

function bubble(from, words) {
  const node = at("message").content.firstElementChild.cloneNode(true);
  node.classList.add(from);
  node.querySelector(".who").textContent = from === "visitor" ? say.you : say.clinic;
  node.querySelector(".text").append(...linked(words));
  return node;
}

function linked(words) {
  return words.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((piece, place) => {
    if (place % 2 === 0) return piece;
    return Object.assign(document.createElement("a"), { href: piece, textContent: piece, target: "_blank", rel: "noopener noreferrer" });
  });
}

let atEnd = true;
let looking = !framed; // the site shows us

function put(node) {
  atEnd ||= node.classList.contains("visitor");
  log.append(node);
  follow();
}

function follow() {
  if (atEnd) log.scrollTop = log.scrollHeight;
}

log.addEventListener("scroll", () => (atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60));
new ResizeObserver(follow).observe(log); // the field grew, or a phone's keyboard came

function note(words) {
  put(Object.assign(document.createElement("p"), { className: "soft note", textContent: words }));
}

function newDay(when) {
  const [named, today] = [when, new Date()].map((each) => each.toLocaleDateString(language, DAY));
  if (named === day) return;
  if (day || named !== today)
    put(Object.assign(document.createElement("p"), { className: "soft day", textContent: named }));
  day = named;
}

function stamped(node, when) {
  node.classList.remove("sending", "failed");
  const clock = when.toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
  node.querySelector(".state").replaceChildren(Object.assign(document.createElement("time"), { dateTime: when.toISOString(), textContent: clock }));
}

function take(message) {
  const when = new Date(message.at);
  after = message.id;
  const own = waiting.findIndex((each) => each.id === message.id); // also where its answer was lost
  if (own >= 0) {
    stamped(waiting.splice(own, 1)[0].node, when);
    problem.hidden = true;
    return;
  }
  newDay(when);
  const node = bubble(message.from, message.text);
  put(node);
  stamped(node, when);
  if (message.from === "visitor") return;
  dots(false);
  if (framed && !looking) window.parent.postMessage({ standby: "news" }, "*");
}

async function refresh() {
  if (!token) return;
  stale = true;
  if (showing) return;
  showing = true;
  try {
    while (stale && token) {
      stale = false;
      const whose = token;
      const response = await ask(`/chat/messages?after=${encodeURIComponent(after)}`);
      if (response.status === 401) return ended();
      if (!response.ok) return;
      const said = await response.json();
      if (token !== whose) return; // started over meanwhile
      said.messages.forEach(take);
      at("verified").hidden = !said.verified;
    }
  } catch {
    // the network is away: the next look finds what was said meanwhile
  } finally {
    showing = false;
    log.setAttribute("aria-live", "polite"); // only what comes from now on is read out
  }
}

function ended() {
  forget();
  note(say.ended);
}

function forget() {
  keep(null);
  hearing.stop();
  after = "";
  at("verified").hidden = true;
  dots(false);
}

const hearing = new Hearing(() => token, refresh, () => looking && !document.hidden);

// Saying something. One after the other, so that it is read in the order in which it was written.

let line = Promise.resolve();

function send(words) {
  const sent = { id: crypto.randomUUID(), words, node: bubble("visitor", words) };
  newDay(new Date());
  put(sent.node);
  waiting.push(sent);
  queue(sent);
}

function queue(sent) {
  sent.node.classList.remove("failed");
  sent.node.classList.add("sending");
  sent.node.querySelector(".state").textContent = say.sending;
  line = line.then(() => hand(sent).catch((error) => failed(sent, error)));
}

async function hand(sent) {
  dots(true);
  if (!token) await begin();
  let response = await post(sent);
  if (response.status === 401) {
    ended();
    await begin();
    response = await post(sent);
  }
  if (!response.ok) throw await refusal(response);
  if (sent.node.classList.contains("sending")) stamped(sent.node, new Date());
  if (!hearing.live) refresh();
}

function post({ id, words }) {
  return ask("/chat/messages", { method: "POST", body: JSON.stringify({ id, text: words }) });
}

function failed(sent, error) {
  dots(false);
  if (!waiting.includes(sent)) return; // it had arrived, only its answer had not
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: say.retry });
  button.addEventListener("click", () => {
    text.focus();
    queue(sent);
  });
  sent.node.classList.replace("sending", "failed");
  const why = error instanceof Refused ? error.message : say.failed;
  sent.node.querySelector(".state").replaceChildren(`${why} `, button);
  problem.textContent = why;
  problem.hidden = false;
}

let stops = null;

function dots(shown) {
  clearTimeout(stops);
  writing.hidden = !shown;
  if (shown) stops = setTimeout(() => (writing.hidden = true), ANSWERS_WITHIN);
}

// The field

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
  const rest = longest - text.value.length;
  left.hidden = rest > NEAR_THE_END;
  left.textContent = left.hidden ? "" : left.dataset.says.replace("#", rest);
}

text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  problem.hidden = true;
  if (words) send(words);
  text.value = "";
  grow();
  text.focus();
});

at("forget").addEventListener("click", () => {
  forget();
  waiting.length = 0;
  day = "";
  for (const each of log.querySelectorAll(".message, .note, .day")) each.remove();
  again.open = false;
  problem.hidden = true;
  text.focus();
});

// The page around us

if (framed) {
  const close = () => window.parent.postMessage({ standby: "close" }, "*"); // says nothing but that
  at("close").hidden = false;
  at("close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && close());
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent) return;
    looking = event.data?.standby === "opened";
    if (!looking) return;
    text.focus();
    hearing.again();
  });
}
const network = () => (at("offline").hidden = navigator.onLine);
window.addEventListener("offline", network);
window.addEventListener("online", network);

again.hidden = !token;
if (token) {
  log.setAttribute("aria-live", "off"); // what was said before is not read out as news
  hearing.again();
}
