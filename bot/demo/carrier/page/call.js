// A call to a phone: it rings, is picked up, heard, and answered with keys. Loaded after thread.js and before
// phones.js, whose `clinics` and `post` it uses. A call that is over becomes a line of the thread.
"use strict";

function takeCall(phone, call) {
  if (!call.over) phone.call = call;
  else {
    if (phone.call?.sid === call.sid) phone.call = null;
    phone.texts.set(call.sid, { ...call, call: true, direction: "call", body: afterwards(call) });
  }
}

function buildCall(phone, node) {
  const panel = node.querySelector(".call");
  const act = (what, given) => post(`/_carrier/calls/${phone.call.sid}/${what}`, given);
  for (const key of panel.querySelectorAll("[data-key]")) key.addEventListener("click", () => act("press", { digit: key.dataset.key }));
  for (const button of panel.querySelectorAll("[data-how]")) button.addEventListener("click", () => act("pick_up", { how: button.dataset.how }));
  panel.querySelector(".hang").addEventListener("click", () => act("hang_up", {}));
}

function drawCall(phone) {
  if (!phone.open) return;
  const panel = phone.open.querySelector(".call"), call = phone.call;
  panel.hidden = !call || call.status === "queued";  // nobody can pick up what does not ring yet
  if (panel.hidden) return;
  const rings = call.status !== "in-progress";
  write(panel.querySelector(".caller"), rings ? `${callerOf(call)} is calling…` : `On the phone with ${callerOf(call)}`);
  write(panel.querySelector(".heard"), call.heard.at(-1) || "");
  panel.classList.toggle("rings", rings);
  panel.querySelector(".keys").hidden = !call.asks;
  for (const button of panel.querySelectorAll("[data-how]")) button.hidden = !rings;
  panel.querySelector(".hang").hidden = rings;
}

// Written only where it is new: what a screen reader has said it does not say again.
function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

const callerOf = (call) => clinics.find(({ number }) => number === call.from)?.name || pretty(call.from);

const ENDS = { busy: "Declined", "no-answer": "Missed", failed: "Failed" };

function afterwards(call) {
  if (!call.heard.length) return `${ENDS[call.status] || "Ended"} call from ${callerOf(call)}`;
  const who = call.answered_by?.startsWith("machine") ? "Voicemail" : "Call";
  const through = call.connected ? [`Put through to ${pretty(call.connected)}`] : [];
  return [`${who} from ${callerOf(call)}`, ...call.heard, ...through].join("\n");
}
