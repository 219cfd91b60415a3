// The phones page: which phones are open, and what they send. How a thread is drawn stands in thread.js,
// and a call in call.js, loaded before this. The server is the truth: texts arrive by one event stream, and what a phone sends is
// drawn when the stream brings it back. The only thing kept here is which phones are open.
"use strict";

const OPEN_AT_FIRST = 4;
const KEPT = "standby-demo-phones";
const shape = document.getElementById("phone");
const deck = document.getElementById("phones");
const phones = new Map();    // number → {name, texts: Map of sid → text, call, unread, open: its drawing or null}
let clinics = [];
let airplane = new Set();
let epoch = null;

start();

async function start() {
  const known = await (await fetch("/_carrier/phones")).json();
  clinics = known.clinics;
  for (const { number, name } of known.phones) know(number, name);
  if (known.admin_url) Object.assign(document.getElementById("clinic"), { href: known.admin_url, hidden: false });
  if (known.site_url) Object.assign(document.getElementById("site"), { href: known.site_url, hidden: false });
  const first = [...phones.keys()].slice(0, OPEN_AT_FIRST);
  const wanted = JSON.parse(localStorage.getItem(KEPT) || "null")?.filter((number) => phones.has(number));
  for (const number of wanted?.length ? wanted : first) open(number);
  drawDeck();
  listen();
}

function listen() {
  const live = document.getElementById("live");
  const stream = new EventSource("/_carrier/events");
  stream.onopen = () => { live.textContent = "Live"; live.classList.add("on"); };
  stream.onerror = () => { live.textContent = "Not connected. Trying again…"; live.classList.remove("on"); };
  stream.onmessage = (event) => take(JSON.parse(event.data));
}

function take(news) {
  const fresh = epoch !== null && news.epoch === epoch;
  if (news.epoch !== epoch) for (const phone of phones.values()) { phone.texts.clear(); phone.call = null; phone.unread = 0; }
  epoch = news.epoch;
  airplane = new Set(news.airplane);
  const touched = new Set();
  for (const text of news.messages) {
    const phone = know(text.phone, text.phone);
    if (fresh && !phone.open && !phone.texts.has(text.sid) && text.direction !== "inbound") phone.unread += 1;
    phone.texts.set(text.sid, text);
    touched.add(phone);
  }
  for (const call of news.calls) {
    const phone = know(call.phone, call.phone);
    const rings = !call.over && phone.call?.sid !== call.sid;
    takeCall(phone, call);
    // It rings for seconds only: nobody would find it among the closed phones in time.
    if (rings) open(call.phone, { see: true });
    drawCall(phone);
    touched.add(phone);
  }
  for (const phone of phones.values()) drawAirplane(phone);
  for (const phone of fresh ? touched : phones.values()) drawThread(phone);
  drawOthers();
}

function know(number, name) {
  if (!phones.has(number)) {
    phones.set(number, { number, name, texts: new Map(), call: null, unread: 0, open: null });
    document.getElementById("known").append(element("option", { value: name === number ? number : `${name} · ${number}` }));
  }
  return phones.get(number);
}

// ---- opening and closing -------------------------------------------------------------------------------

function open(number, { focus = false, see = false } = {}) {
  const phone = phones.get(number);
  if (!phone.open) {
    phone.open = build(phone);
    phone.unread = 0;
    deck.append(phone.open);
    drawThread(phone);
    drawCall(phone);
    drawAirplane(phone);
    drawDeck();
    drawOthers();
  }
  if (focus) phone.open.querySelector("textarea").focus();
  if (see) phone.open.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function close(phone) {
  const next = phone.open.nextElementSibling || phone.open.previousElementSibling;
  phone.open.remove();
  phone.open = null;
  (next?.querySelector("textarea") || document.getElementById("who")).focus();
  drawDeck();
}

function drawDeck() {
  const shown = [...deck.children].map((node) => node.dataset.number);
  document.getElementById("empty").hidden = shown.length > 0;
  localStorage.setItem(KEPT, JSON.stringify(shown));
}

document.getElementById("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = document.getElementById("who"), problem = document.getElementById("problem");
  const written = box.value.trim();
  problem.textContent = "";
  if (!written) return;
  const found = [...phones.values()].find(({ name, number }) =>
    [name, number, `${name} · ${number}`].some((form) => form.toLowerCase() === written.toLowerCase()));
  let number = found?.number;
  if (!number) {
    const answer = await post("/_carrier/phones", { number: written });
    if (answer.error) { problem.textContent = answer.error; return; }
    number = know(answer.number, answer.name).number;
  }
  box.value = "";
  open(number, { focus: true });
});

// ---- one phone -----------------------------------------------------------------------------------------

function build(phone) {
  const node = shape.content.cloneNode(true).firstElementChild;
  const named = phone.name !== phone.number;
  node.dataset.number = phone.number;
  node.setAttribute("aria-label", `${phone.name}’s phone`);
  node.querySelector("h2").textContent = named ? phone.name : pretty(phone.number);
  node.querySelector(".number").textContent = named ? pretty(phone.number) : "No name known";
  const face = node.querySelector(".face");
  face.textContent = named ? initials(phone.name) : "#";
  face.style.setProperty("--hue", [...phone.number].reduce((sum, digit) => (sum * 31 + digit.charCodeAt(0)) % 9973, 7) * 137 % 360);
  node.querySelector(".thread").setAttribute("aria-label", `Texts of ${phone.name}`);
  node.querySelector("textarea").setAttribute("aria-label", `Text as ${phone.name}`);
  node.querySelector(".close").addEventListener("click", () => close(phone));
  node.querySelector(".plane").addEventListener("click", () =>
    post("/_carrier/airplane", { phone: phone.number, on: !airplane.has(phone.number) }));
  node.querySelector(".picture").addEventListener("click", () => send(phone, "", { num_media: 1 }));
  for (const chip of node.querySelectorAll("[data-say]")) chip.addEventListener("click", () => send(phone, chip.dataset.say));
  buildChoice(node);
  buildCompose(phone, node);
  buildCall(phone, node);
  return node;
}

function buildChoice(node) {
  const choice = node.querySelector("select");
  for (const { number, name } of clinics)
    choice.append(element("option", { value: number, textContent: name === number ? pretty(number) : `${name} · ${pretty(number)}` }));
  node.querySelector(".to").hidden = clinics.length < 2;
}

function buildCompose(phone, node) {
  const form = node.querySelector("form"), box = node.querySelector("textarea"), button = form.querySelector("button");
  const ready = () => { button.disabled = !box.value.trim() || airplane.has(phone.number); };
  box.addEventListener("input", ready);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    if (event.altKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) { event.preventDefault(); hop(node, event.key); }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    send(phone, box.value);
    box.value = "";
    ready();
  });
  ready();
}

function hop(node, key) {
  const all = [...deck.children];
  const step = key === "ArrowRight" ? 1 : all.length - 1;
  all[(all.indexOf(node) + step) % all.length].querySelector("textarea").focus();
}

function send(phone, body, more = {}) {
  const to = phone.open.querySelector("select").value;
  return post("/_carrier/inbound", { from: phone.number, to, body, ...more });
}

function drawAirplane(phone) {
  if (!phone.open) return;
  const off = airplane.has(phone.number);
  phone.open.querySelector(".plane").setAttribute("aria-pressed", off);
  phone.open.querySelector(".offline").hidden = !off;
  for (const button of phone.open.querySelectorAll(".chips button, .like")) button.disabled = off;
  phone.open.querySelector("textarea").dispatchEvent(new Event("input"));
}

function drawOthers() {
  const bar = document.getElementById("others");
  const unread = [...phones.values()].filter((phone) => phone.unread && !phone.open);
  bar.hidden = unread.length === 0;
  bar.replaceChildren(...unread.map((phone) => {
    const latest = [...phone.texts.values()].reduce((a, b) => (a.order > b.order ? a : b)).body;
    const button = element("button", { type: "button", title: "Open this phone" });
    button.append(element("b", { textContent: phone.name }), element("span", { textContent: latest }), element("i", { textContent: phone.unread }));
    button.addEventListener("click", () => open(phone.number, { focus: true }));
    return button;
  }));
}

async function post(path, given) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
  return answer.json();
}
