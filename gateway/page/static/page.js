// The page: which view is shown, the keys, the theme, the feed that all views share.
//
//     #/  #/?q=FILTER        the list            #/streams/ID     one stream
//     #/cassettes...         cassettes.js        #/health         the gateway
//
// A view is {node, refresh(), recolour(), leave(), keys}: `refresh` when the feed had news, `recolour` when the theme changed.

import { el, replace, setText } from "./dom.js";
import { openFeed } from "./feed.js";
import { count } from "./format.js";
import { healthView } from "./health.js";
import { ListView } from "./list.js";
import { Store } from "./store.js";
import { streamView } from "./stream.js";
import { themes } from "./theme.js";

const KEYS = [
  ["↓ ↑  j k", "next, previous stream"],
  ["Enter", "open it"],
  ["Esc", "back; in the filter: clear it"],
  ["/", "to the filter"],
  ["p", "pause the list"],
  ["1 2 3", "streams, cassettes, health"],
  ["t", "theme: as the system, light, dark"],
  ["?", "these keys"],
];
const TITLES = { streams: "Streams", cassettes: "Cassettes", health: "Health" };
const main = document.getElementById("main");
const store = new Store();
let view = null;
let lastStream = null;

function routeOf(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decoded);
  return { path: `/${parts.join("/")}`, parts, query: new URLSearchParams(query) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function show() {
  const route = routeOf(location.hash);
  const name = route.parts[0] ?? "streams";
  view?.leave();
  view = {
    node: el("p", { class: "notice" }, "There is no such view: see the links at the top."),
    refresh() {},
    recolour() {},
    leave() {},
    keys: {},
  };
  if (name === "streams" && route.parts.length > 1) view = streamView(store, route.parts[1]);
  else if (name === "streams") view = new ListView(store, route);
  else if (name === "health") view = healthView();
  else if (name === "cassettes") view = foreign(() => import("./cassettes.js"), route);
  if (name === "streams" && route.parts.length === 1) location.replace("#/");
  replace(main, view.node);
  for (const link of document.querySelectorAll("nav a"))
    link.toggleAttribute("aria-current", link.dataset.view === name);
  document.title = `${[route.parts[1], TITLES[name]].filter(Boolean).join(" · ")} · tokentape`;
  window.scrollTo(0, 0);
  view.refresh();
  if (lastStream && view.focus) view.focus(lastStream);
  else if (started) main.focus({ preventScroll: true });
  lastStream = name === "streams" ? (route.parts[1] ?? null) : null;
}

/** A view of another module: `render(container, route)` fills a container, and may give {recolour, leave, keys} or a function that ends it. */
function foreign(load, route) {
  const node = el("div");
  const frame = { node, refresh() {}, recolour() {}, leave() {}, keys: {} };
  let gone = false;
  frame.leave = () => {
    gone = true;
  };
  load()
    .then((module) => (gone ? null : module.render(node, route)))
    .then((made) => {
      if (!made) return;
      const parts = typeof made === "function" ? { leave: made } : made;
      if (gone) parts.leave?.();
      else Object.assign(frame, parts, { node });
    })
    .catch((error) =>
      replace(node, el("p", { class: "notice bad" }, `This view could not be shown: ${error.message}`)),
    );
  return frame;
}

function tellCounters() {
  const { all, running, error, replay } = store.counters();
  const { unobserved } = store;
  const part = (value, word) => [el("span", {}, el("b", {}, count(value)), ` ${word}`)];
  const text = `${all} ${running} ${error} ${replay} ${unobserved}`;
  const counters = document.getElementById("counters");
  if (counters.dataset.text === text) return;
  counters.dataset.text = text;
  replace(
    counters,
    part(running, "running"),
    part(all, "kept"),
    part(replay, "replayed"),
    part(error, error === 1 ? "error" : "errors"),
    unobserved ? part(unobserved, "not observed") : null,
  );
}

function news() {
  tellCounters();
  view?.refresh();
}

function connect() {
  const trouble = document.getElementById("trouble");
  const state = (name, text, reason = "") => {
    document.getElementById("feed").dataset.state = name;
    setText(document.getElementById("feed-text"), text);
    setText(trouble, reason);
    trouble.hidden = !reason;
  };
  openFeed("/_/feed", "/_/api/health", {
    state,
    snapshot(data) {
      store.snapshot(data);
      news();
    },
    update(data) {
      store.update(data, Date.now() / 1000);
      news();
    },
    gone(data) {
      store.gone(data);
      news();
    },
  });
}

function showKeys() {
  const dialog = document.getElementById("keys");
  replace(
    dialog,
    el("h2", { id: "keys-title" }, "Keys"),
    el(
      "dl",
      {},
      KEYS.map(([key, meaning]) => [
        el(
          "dt",
          {},
          key.split(/\s+/).map((each) => [el("kbd", {}, each), " "]),
        ),
        el("dd", {}, meaning),
      ]),
    ),
    el("button", { type: "button", onclick: () => dialog.close() }, "Close"),
  );
  dialog.showModal();
}

const nextTheme = themes(document.getElementById("theme"), () => view?.recolour());

const GLOBAL = {
  "?": showKeys,
  t: nextTheme,
  1: () => {
    location.hash = "#/";
  },
  2: () => {
    location.hash = "#/cassettes";
  },
  3: () => {
    location.hash = "#/health";
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("keys").open) return;
  const writes = event.target.matches?.("input:not([type=range]), textarea, select");
  if (writes && event.key !== "Escape") return;
  const act = view?.keys?.[event.key] ?? GLOBAL[event.key];
  if (act && act(event) !== false) event.preventDefault();
});

let started = false;
window.addEventListener("hashchange", show);
document.getElementById("help").addEventListener("click", showKeys);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
tellCounters();
show();
started = true;
connect();
