// How the gateway is: what /_/health says, and how the observer keeps up.

import { el, replace, setText } from "./dom.js";
import { fetchJson } from "./feed.js";
import { bytes, count, ms } from "./format.js";
import { visible } from "./visible.js";

const EVERY_MS = 2000;
const COUNTS = ["recorded", "replayed", "missed", "faults", "refused"];

// Of the observer: [field, name, format, meaning]
const OBSERVED = [
  ["streams", "Streams seen", count, "Since the gateway started."],
  ["shown", "Shown", count, "How many of them this page still knows; the oldest make room."],
  ["kept", "Kept", bytes, "Their bodies, for the details. The oldest make room; their numbers stay."],
  [
    "unobserved",
    "Not observed",
    count,
    "Streams that it is not told of, or not to their end, because it was behind. The relay never waits for it: what was relayed and recorded is whole.",
  ],
  ["behind_s", "Behind, ms", ms, "How much later than the relay the observer is."],
  ["memory", "Memory", bytes, "Of the observer's process, at most so far."],
];

export function healthView() {
  const title = el("h1", {}, "Health");
  const body = el("div");
  const problem = el("p", { class: "notice bad", role: "status", hidden: true });
  const node = el(
    "section",
    { class: "health", "aria-label": "Health" },
    el("div", { class: "stream-head" }, title),
    problem,
    body,
  );
  let gone = false;
  let timer = null;
  let shown = "";

  async function ask() {
    try {
      const health = await fetchJson("/_/api/health");
      problem.hidden = true;
      const text = JSON.stringify(health);
      if (!gone && text !== shown) replace(body, sections(health));
      shown = text;
    } catch (error) {
      problem.hidden = false;
      setText(problem, error.message);
    }
    if (!gone) timer = setTimeout(ask, EVERY_MS);
  }

  ask();
  return {
    node,
    refresh() {},
    recolour() {},
    leave() {
      gone = true;
      clearTimeout(timer);
    },
    keys: {
      Escape: () => {
        location.hash = "#/";
      },
    },
  };
}

function sections(health) {
  const { status, degraded, cassettes = {}, observer = {}, ...rest } = health;
  const facts = Object.entries(rest).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  const cells = facts.map(([name, value]) => term(name, visible(String(value))));
  return [
    health.observing?.trouble
      ? el("p", { class: "notice bad" }, visible(`Nothing is observed: ${health.observing.trouble}`, 600))
      : null,
    degraded ? el("p", { class: "notice bad" }, visible(`Recording has stopped: ${degraded}`, 600)) : null,
    el(
      "dl",
      { class: "numbers" },
      term(
        "status",
        el("span", { class: `state ${status === "ok" ? "ok" : "error"}` }, visible(String(status ?? "–"))),
      ),
      cells,
    ),
    el("h2", {}, "Observer"),
    el(
      "p",
      { class: "quiet" },
      "Reads the streams in a process of its own, so that looking at them costs the relay nothing but a copy.",
    ),
    el(
      "dl",
      { class: "numbers" },
      OBSERVED.map(([field, name, format, meaning]) => term(name, format(observer[field]), meaning)),
    ),
    el("h2", {}, "Cassettes in use"),
    cassetteTable(cassettes),
  ];
}

const term = (name, value, meaning = null) =>
  el("div", { title: meaning }, el("dt", {}, visible(name)), el("dd", {}, value));

function cassetteTable(cassettes) {
  const rows = Object.entries(cassettes).map(([name, tally]) =>
    el(
      "tr",
      {},
      el("td", { class: "mono name" }, visible(name)),
      COUNTS.map((each) => el("td", { class: "number" }, count(tally[each]))),
    ),
  );
  if (!rows.length)
    return el("p", { class: "quiet" }, "None yet: a cassette is opened by the first request that needs it.");
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, "cassette"),
    COUNTS.map((each) => el("th", { scope: "col", class: "number" }, each)),
  );
  return el(
    "div",
    { class: "scroll" },
    el("table", { class: "table", "aria-label": "Cassettes in use" }, el("thead", {}, head), el("tbody", {}, rows)),
  );
}
