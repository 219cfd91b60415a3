// How one phone's thread is drawn. Loaded before phones.js, whose `airplane`, `shape` and `send` it uses.
"use strict";

const PICTURE = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 176 120"><rect width="176" height="120" fill="#bfe0e3"/>' +
  '<circle cx="134" cy="34" r="15" fill="#ffd166"/><path d="M0 120V88l44-36 40 34 28-22 64 44v12z" fill="#4c8f79"/></svg>');
const FAILURES = {
  30003: "phone could not be reached", 30005: "number does not exist", 30006: "landline or carrier not reached",
  30007: "filtered by the carrier", 30008: "unknown error", 30036: "too late: its time to be sent ran out",
};

function drawThread(phone) {
  if (!phone.open) return;
  const thread = phone.open.querySelector(".thread");
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  const texts = [...phone.texts.values()].sort((a, b) => a.order - b.order);
  const had = thread.children.length;
  // What is there already is left in place, so that focus stays and a screen reader hears only what is new.
  const there = new Map([...thread.children].map((node) => [node.dataset.key, node]));
  const wanted = texts.length ? texts.flatMap((text, index) => rowsFor(phone, text, texts[index - 1], there)) : [nothing()];
  for (const node of [...thread.children]) if (!wanted.includes(node)) node.remove();
  wanted.forEach((node, index) => { if (thread.children[index] !== node) thread.insertBefore(node, thread.children[index] || null); });
  dressAll(phone, texts, thread);
  if (atEnd || !had) thread.scrollTop = thread.scrollHeight;
}

function rowsFor(phone, text, before, there) {
  const row = there.get(text.sid) || buildRow(phone, text, there.size > 0);
  const when = new Date(text.created), last = before && new Date(before.created);
  if (last && when - last < 5 * 60_000) return [row];
  const key = `before ${text.sid}`;
  const time = there.get(key) || element("p", { className: "when", textContent: clock(when, last) });
  time.dataset.key = key;
  return [time, row];
}

function nothing() {
  return element("p", { className: "nothing", textContent: "No texts yet. Say something, or wait for the clinic to." });
}

// A text's words never change: they are drawn once. Everything else about it is put on by dress().
function buildRow(phone, text, arriving) {
  if (text.call) return callRow(text);
  const mine = text.direction === "inbound";
  const row = element("div", { className: `text ${mine ? "mine" : text.own ? "own" : "theirs"}` });
  row.dataset.key = text.sid;
  row.classList.toggle("new", arriving);
  row.classList.toggle("tapback", mine && quoted(text.body) !== null);
  const bubble = element("div", { className: "bubble" });
  if (mine && text.num_media) bubble.append(element("img", { className: "photo", src: PICTURE, alt: "A picture" }));
  bubble.classList.toggle("pictured", mine && text.num_media > 0);
  bubble.append(text.body);
  const meta = element("div", { className: "meta" });
  meta.append(element("span", { className: "state" }));
  if (!mine && !text.own) meta.append(likeButton(phone, text));
  row.append(bubble, meta);
  return row;
}

function callRow(call) {
  const row = element("div", { className: "text called", textContent: call.body });
  row.dataset.key = call.sid;
  return row;
}

function dressAll(phone, texts, thread) {
  const rows = new Map([...thread.children].map((node) => [node.dataset.key, node]));
  const liked = new Set(texts.map((text) => quoted(text.body)).filter(Boolean));
  for (const text of texts) if (!text.call) dress(rows.get(text.sid), text, text.direction !== "inbound" && liked.has(text.body));
  const arrived = texts.filter((text) => text.direction === "outbound-api" && !isLost(text)).at(-1);
  for (const [key, row] of rows) row.classList.toggle("latest", key === arrived?.sid);
}

function dress(row, text, liked) {
  row.classList.toggle("lost", isLost(text));
  row.classList.toggle("coming", ["queued", "sent"].includes(text.status));
  const { ticks, words, bad } = stateOf(text);
  const state = row.querySelector(".state");
  if (state.textContent !== ticks + words) {
    state.replaceChildren(element("span", { className: "ticks", textContent: ticks }), words);
    state.classList.toggle("bad", Boolean(bad));
  }
  if (liked && !row.querySelector(".badge")) row.querySelector(".bubble").append(badge());
  const like = row.querySelector(".like");
  if (like) like.hidden = isLost(text);
}

function stateOf(text) {
  if (text.own) return { ticks: "", words: "From the carrier, not the clinic" };
  if (isLost(text)) return { ticks: "", words: `Not delivered: ${FAILURES[text.error_code] || "error"} (${text.error_code})`, bad: true };
  if (text.direction === "inbound") return stateOfMine(text.answers);
  const size = text.segments > 1 ? ` · ${text.segments} segments` : "";
  if (text.status === "delivered") return { ticks: "✓✓", words: ` Delivered${size}` };
  return text.status === "sent" ? { ticks: "✓", words: ` Sent${size}` } : { ticks: "", words: `Queued${size}` };
}

function stateOfMine(answers) {
  if (!answers.length) return { ticks: "", words: "Sending…" };
  if (answers.some((status) => status >= 200 && status < 300)) return { ticks: "✓✓", words: " Delivered" };
  const last = answers.at(-1);
  return { ticks: "", words: last ? `The clinic’s side answered ${last}` : "The clinic’s side did not answer", bad: true };
}

const isLost = (text) => ["undelivered", "failed"].includes(text.status);

function badge() {
  const node = element("span", { className: "badge", title: "Liked" });
  node.append(thumb());
  return node;
}

function likeButton(phone, text) {
  const button = element("button", { type: "button", className: "like", title: "Tap back: the phone texts that it liked this" });
  button.append(thumb(), " Like");
  button.disabled = airplane.has(phone.number);
  button.addEventListener("click", () => send(phone, `Liked “${text.body}”`));
  return button;
}

// ---- small things --------------------------------------------------------------------------------------

const quoted = (body) => /^Liked “(.*)”$/s.exec(body)?.[1] ?? null;

const initials = (name) => name.split(/\s+/).map((word) => word[0]).filter(Boolean).slice(0, 2).join("").toUpperCase();

// Drawn, not an emoji: not every machine has a font for those.
const thumb = () => shape.content.querySelector(".thumb").cloneNode(true);

const pretty = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");

function clock(when, before) {
  const time = when.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  const sameDay = (before || new Date()).toDateString() === when.toDateString();
  return sameDay ? time : `${when.toLocaleDateString([], { weekday: "short", month: "short", day: "numeric" })}, ${time}`;
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
