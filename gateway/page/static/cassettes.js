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

/**
 * A table whose rows come in parts. `columns` is [title, class, cell(value)]; the first names its row. `more(from)` gives
 * the next values. A value with a `problem` has it in place of the other cells.
 */
function table(label, columns, values, total, more) {
  const body = el("tbody", {}, values.map(row));
  const button = el("button", { type: "button", class: "more", onclick: add });
  const head = columns.map(([title, kind]) => el("th", { scope: "col", class: kind }, title));
  let from = values.length;
  left();

  function row(value) {
    const cells = columns.slice(1).map(([, kind, cell]) => el("td", { class: kind }, cell(value)));
    const problem = value.problem && el("td", { colspan: cells.length }, trouble("error", value.problem));
    return el("tr", {}, el("th", { scope: "row" }, columns[0][2](value)), problem || cells);
  }

  async function add() {
    button.disabled = true;
    try {
      const next = await more(from);
      append(body, next.map(row));
      from = next.length ? from + next.length : total;
      left();
    } catch (error) {
      setText(button, visible(`Not read: ${error.message} Try again`, 300));
    }
    button.disabled = false;
  }

  function left() {
    button.hidden = from >= total;
    setText(button, `Show more: ${count(total - from)} of ${count(total)} are left`);
  }

  const all = el("table", { class: "table", "aria-label": label }, el("thead", {}, el("tr", {}, head)), body);
  return el("div", {}, el("div", { class: "scroll" }, all), button);
}

const trouble = (state, text) => el("span", { class: `state ${state}` }, visible(text, 600));

const FILE_COLUMNS = [
  ["cassette", "", ({ name }) => el("a", { href: address(name) }, visible(name, 600))],
  ["interactions", "number", ({ interactions }) => count(interactions)],
  ["size", "number", ({ size }) => bytes(size)],
  ["last recorded", "minor", ({ recorded }) => when(recorded)],
  ["problems", "", ({ problems }) => (problems.length ? trouble("incomplete", problems.join("; ")) : "–")],
];

async function folder() {
  const { folder: place, total, cassettes } = await told("", 0, FILES);
  const more = async (from) => (await told("", from, FILES)).cassettes;
  const where = visible(place, 500);
  const nothing = [
    el("p", {}, `There are no cassettes in ${where}. This records one:`),
    el("p", { class: "command" }, el("code", {}, "tokentape run -- COMMAND")),
  ];
  const some = [
    el("p", { class: "quiet" }, `${plural(total, "cassette")} in ${where}`),
    table("Cassettes", FILE_COLUMNS, cassettes, total, more),
  ];
  return { node: el("div", {}, trail(), total ? some : nothing) };
}

/** An ISO 8601 time to the second, as it was stored. */
const when = (text) => (text ? visible(text.replace("T", " ").replace(/\.\d+/, ""), 40) : "–");

const asked = ({ method, target }) =>
  el("span", { class: "mono quiet target" }, visible(` ${method ?? ""} ${target ?? ""}`, 120));

const COLUMNS = [
  ["interaction", "", (each) => [el("a", { href: address(each.cassette, each.index) }, `#${each.index}`), asked(each)]],
  ["state", "", ({ state }) => el("span", { class: `state ${state}` }, state)],
  ["provider", "minor", ({ provider }) => visible(provider ?? "–", 60)],
  ["model", "", ({ model }) => visible(model ?? "–", 120)],
  ["status", "number minor", ({ status }) => count(status)],
  ["TTFT ms", "number", ({ ttft }) => ms(ttft)],
  ["tokens/s", "number minor", ({ tps }) => rate(tps)],
  ["duration ms", "number", ({ duration }) => ms(duration)],
  ["tokens in / out", "number minor", (each) => `${count(each.tokens_in)} / ${count(each.tokens_out)}`],
  ["chunks", "number minor", ({ chunks }) => count(chunks)],
  ["size", "number minor", (each) => bytes(each.bytes)],
];

async function cassette(name) {
  const path = `/${encodeURIComponent(name)}`;
  const { problem, total, interactions } = await told(path, 0, INTERACTIONS);
  const more = async (from) => (await told(path, from, INTERACTIONS)).interactions;
  const shown = table(`Interactions of ${visible(name)}`, COLUMNS, interactions, total, more);
  const notice = problem && el("p", { class: "notice bad" }, visible(problem, 1000));
  const number = el("p", { class: "quiet" }, plural(total, "interaction"));
  return { node: el("div", {}, trail(name), notice, number, total ? shown : null) };
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
  view.node.append(view.node.querySelector(".growth")); // what is said is looked at while it plays
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
