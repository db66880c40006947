// The view of recorded cassettes: the folder, one cassette, one interaction with its playback.
//
//     #/cassettes    #/cassettes/team%2Flogin    #/cassettes/team%2Flogin/3
//
// Whatever a cassette holds may come from a stranger: it is shown as text, with what cannot be seen marked.

import { detailView, endOf } from "./detail.js";
import { append, el, replace, setText } from "./dom.js";
import { fetchJson } from "./feed.js";
import { bytes, count, ms, plural, rate } from "./format.js";
import { playback } from "./playback.js";
import { visible } from "./visible.js";
import { niceScale } from "./waterfall.js";

const API = "/_/api/cassettes";
const FILES = 100; // at a time; the gateway gives no more than 1,000
const INTERACTIONS = 50;
const STYLE = "/_/static/cassettes.css";

/** Fills `container` with what `route.parts` (after "cassettes": a name, a number) say. Gives {keys, recolour, leave}, which may be absent. */
export async function render(container, route) {
  await styled();
  const [, name, index] = route.parts;
  const make = index !== undefined ? interaction : name !== undefined ? cassette : folder;
  const failed = (error) => ({
    node: el(
      "div",
      {},
      trail(name, index),
      el("p", { class: "notice bad", role: "alert" }, visible(error.message, 600)),
    ),
  });
  const { node, begin, ...parts } = await make(name, index).catch(failed);
  replace(container, el("div", { class: "cassettes" }, node));
  begin?.();
  return parts;
}

/** Waits for the style sheet, which only this view needs. */
function styled() {
  if (document.querySelector(`link[href="${STYLE}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    document.head.append(el("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve }));
  });
}

const address = (...parts) => `#/cassettes${parts.map((part) => `/${encodeURIComponent(part)}`).join("")}`;

const told = (path, from, most) => fetchJson(`${API}${path}${most ? `?from=${from}&count=${most}` : ""}`);

/** Where one is: the folder, the cassette, the interaction. The last is the heading, but for an interaction that has its own. */
function trail(name, index) {
  const steps = [["Cassettes", address()]];
  if (name !== undefined) steps.push([name, address(name)]);
  if (index !== undefined) steps.push([`Interaction ${index}`, ""]);
  const items = steps.map(([title, link], at) => {
    if (at < steps.length - 1) return el("a", { href: link }, visible(title));
    return el(at < 2 ? "h1" : "span", { "aria-current": "page" }, visible(title));
  });
  return el(
    "nav",
    { class: "trail", "aria-label": "Place" },
    el(
      "ol",
      {},
      items.map((each) => el("li", {}, each)),
    ),
  );
}

/** A table whose rows come in parts: {node}. `row(value)` makes one; `more(from)` gives the next ones. */
function table(label, heads, values, total, row, more) {
  const body = el("tbody", {}, values.map(row));
  const button = el("button", { type: "button", class: "more" });
  let from = values.length;
  const left = () => {
    button.hidden = from >= total;
    setText(button, `Show more: ${count(total - from)} of ${count(total)} are left`);
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const next = await more(from);
      append(body, next.map(row));
      from = next.length ? from + next.length : total;
      left();
    } catch (error) {
      setText(button, visible(`Not read: ${error.message ?? error}. Try again`, 300));
    }
    button.disabled = false;
  });
  left();
  const cells = heads.map(([title, kind]) => el("th", { scope: "col", class: kind }, title));
  return el(
    "div",
    {},
    el(
      "div",
      { class: "scroll" },
      el("table", { class: "table", "aria-label": label }, el("thead", {}, el("tr", {}, cells)), body),
    ),
    button,
  );
}

const FILE_HEADS = [["cassette"], ["interactions", "number"], ["size", "number"], ["last recorded"], ["problems"]];

async function folder() {
  const list = await told("", 0, FILES);
  const files = table(
    "Cassettes",
    FILE_HEADS,
    list.cassettes,
    list.total,
    fileRow,
    async (from) => (await told("", from, FILES)).cassettes,
  );
  const nothing = el(
    "div",
    { class: "empty" },
    el("p", {}, `There are no cassettes in ${visible(list.folder, 500)}.`),
    el("p", {}, "This records one:"),
    el("p", { class: "command" }, el("code", {}, "tokentape run -- COMMAND")),
  );
  const about = list.total
    ? el("p", { class: "quiet" }, `${plural(list.total, "cassette")} in ${visible(list.folder, 500)}`)
    : nothing;
  return { node: el("div", {}, trail(), about, list.total ? files : null) };
}

function fileRow({ name, interactions, size, recorded, problems }) {
  const problem = problems.length ? el("span", { class: "state incomplete" }, visible(problems.join("; "), 600)) : "–";
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, el("a", { href: address(name) }, visible(name, 600))),
    el("td", { class: "number" }, count(interactions)),
    el("td", { class: "number" }, bytes(size)),
    el("td", {}, when(recorded)),
    el("td", {}, problem),
  );
}

/** An ISO 8601 time to the second, as it was stored. */
const when = (text) => (text ? visible(text.replace("T", " ").replace(/\.\d+/, ""), 40) : "–");

const INTERACTION_HEADS = [
  ["interaction"],
  ["state"],
  ["provider"],
  ["model"],
  ["status", "number"],
  ["TTFT ms", "number"],
  ["tokens/s", "number"],
  ["duration ms", "number"],
  ["tokens in / out", "number"],
  ["chunks", "number"],
  ["size", "number"],
];

async function cassette(name) {
  const path = `/${encodeURIComponent(name)}`;
  const list = await told(path, 0, INTERACTIONS);
  const problem = list.problem ? el("p", { class: "notice bad" }, visible(list.problem, 1000)) : null;
  const interactions = table(
    `Interactions of ${visible(name)}`,
    INTERACTION_HEADS,
    list.interactions,
    list.total,
    interactionRow,
    async (from) => (await told(path, from, INTERACTIONS)).interactions,
  );
  return {
    node: el(
      "div",
      {},
      trail(name),
      problem,
      el("p", { class: "quiet" }, plural(list.total, "interaction")),
      list.total ? interactions : null,
    ),
  };
}

function interactionRow(each) {
  const link = el(
    "th",
    { scope: "row" },
    el("a", { href: address(each.cassette, each.index) }, `#${each.index}`),
    el("span", { class: "mono quiet target" }, visible(` ${each.method ?? ""} ${each.target ?? ""}`, 120)),
  );
  if (each.problem)
    return el(
      "tr",
      {},
      link,
      el(
        "td",
        { colspan: INTERACTION_HEADS.length - 1 },
        el("span", { class: "state error" }, visible(each.problem, 600)),
      ),
    );
  const numbers = [
    count(each.status),
    ms(each.ttft),
    rate(each.tps),
    ms(each.duration),
    `${count(each.tokens_in)} / ${count(each.tokens_out)}`,
    count(each.chunks),
    bytes(each.bytes),
  ];
  return el(
    "tr",
    {},
    link,
    el("td", {}, el("span", { class: `state ${each.state}` }, each.state)),
    el("td", {}, visible(each.provider ?? "–", 60)),
    el("td", {}, visible(each.model ?? "–", 120)),
    numbers.map((text) => el("td", { class: "number" }, text)),
  );
}

async function interaction(name, index) {
  const detail = await told(`/${encodeURIComponent(name)}/${encodeURIComponent(index)}`);
  if (detail.problem)
    return { node: el("div", {}, trail(name, index), el("p", { class: "notice bad" }, visible(detail.problem, 1000))) };
  const view = detailView();
  const player = playback(detail, (past, at) => {
    view.position(at);
    if (past) view.update(past);
  });
  const { max } = niceScale(endOf(detail));
  const picture = view.node.querySelector("canvas.waterfall");
  picture.addEventListener("click", ({ offsetX }) => player.seek((offsetX / (picture.clientWidth - 2)) * max));
  const playOrPause = ({ target }) => (target.closest?.("button, a, summary, [role=tab]") ? false : player.toggle()); // these have a use for it
  return {
    node: el("div", {}, trail(name, index), player.node, view.node),
    begin: player.present,
    recolour: view.recolour,
    keys: {
      " ": playOrPause,
      Escape: () => {
        location.hash = address(name);
      },
    },
    leave() {
      player.leave();
      view.leave();
    },
  };
}
