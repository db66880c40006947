// The view of one stream that the gateway has seen: asks for its detail again while it runs, no faster than it can be read.

import { detailView } from "./detail.js";
import { el, setText } from "./dom.js";
import { fetchJson } from "./feed.js";

const LEAST_WAIT_MS = 500;

/** {node, refresh(), recolour(), leave(), keys} for the stream with this id. */
export function streamView(store, id) {
  const view = detailView();
  const problem = el("p", { class: "notice warn", role: "status", hidden: true });
  const node = el(
    "section",
    { "aria-label": "Stream" },
    el("p", { class: "back" }, el("a", { href: "#/" }, "← Streams")),
    problem,
    view.node,
  );
  view.node.hidden = true;
  let gone = false;
  let last = null; // the summary that the detail was asked for with
  let asked = false;
  let timer = null;
  let frame = 0;

  async function ask() {
    if (asked || gone) return;
    asked = true;
    const began = performance.now();
    last = store.get(id) ?? null;
    try {
      const detail = await fetchJson(`/_/api/streams/${encodeURIComponent(id)}`);
      if (gone) return;
      view.node.hidden = false;
      problem.hidden = true;
      view.update(detail);
    } catch (error) {
      problem.hidden = false;
      setText(problem, error.message);
      if (error.status === 404) return;
    }
    const took = performance.now() - began;
    timer = setTimeout(
      () => {
        asked = false;
        if (store.get(id) !== undefined && store.get(id) !== last) ask();
      },
      Math.max(LEAST_WAIT_MS, took * 5),
    );
  }

  function refresh() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const summary = store.get(id);
      if (!summary) return;
      if (!view.node.hidden)
        view.summarise({
          ...summary,
          now: summary.state === "running" ? store.elapsed(summary, Date.now() / 1000) : 0,
        });
      if (summary !== last) ask();
    });
  }

  ask();
  return {
    node,
    refresh,
    recolour: view.recolour,
    leave() {
      gone = true;
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      view.leave();
    },
    keys: {
      Escape: () => {
        location.hash = "#/";
      },
    },
  };
}
