// What the tabs of a stream's detail show. Each panel: make() -> {node, update(detail)}; `update` may come many times while
// the stream runs, and then only adds.

import { append, el, replace } from "./dom.js";
import { bytes, count, ms } from "./format.js";
import { headerPairs } from "./curl.js";
import { growingList, longText, textNodes } from "./longtext.js";
import { safeJson, visible } from "./visible.js";

export const PANELS = [
  { name: "transcript", title: "Transcript", make: transcriptPanel },
  { name: "events", title: "Events", make: eventsPanel },
  { name: "frames", title: "Native frames", make: framesPanel },
  { name: "headers", title: "Request, response", make: headersPanel },
  { name: "timing", title: "Timing", make: timingPanel },
];

const TITLES = {
  text: "text",
  thinking: "thinking",
  tool_call: "tool call",
  tool_result: "tool result",
  refusal: "refusal",
  image: "image",
  audio: "audio",
};

/**
 * What was said: the blocks of each choice. Blocks that are there stay, so that what was unfolded stays unfolded; a
 * playback that goes back hides those that have not come yet.
 */
function transcriptPanel() {
  const node = el("div", { class: "transcript" });
  const known = new Map();
  let told = new Set();
  const nothing = el("p", { class: "quiet" }, "Nothing has been said.");
  const problem = el("p", { class: "notice bad", hidden: true });
  node.append(nothing, problem);

  function section(key, make) {
    if (!known.has(key)) {
      known.set(key, make());
      node.insertBefore(known.get(key).node, problem);
    }
    told.add(key);
    return known.get(key);
  }

  return {
    node,
    update({ transcript }) {
      const choices = transcript?.choices ?? [];
      told = new Set();
      nothing.hidden = choices.some((choice) => choice.blocks?.length);
      for (const [at, choice] of choices.entries()) {
        section(`choice ${at}`, () => choiceHead(choices.length)).update(choice);
        for (const block of choice.blocks ?? [])
          section(`block ${at} ${block.index}`, () => blockBox(block)).update(block);
      }
      for (const [key, each] of known) each.node.hidden = !told.has(key);
      problem.hidden = !transcript?.error;
      if (transcript?.error)
        replace(
          problem,
          "The stream has an error: ",
          textNodes(`${transcript.error.kind ?? ""}: ${transcript.error.message ?? ""}`.slice(0, 2000)),
        );
    },
  };
}

function choiceHead() {
  const node = el("p", { class: "choice quiet" });
  return {
    node,
    update(choice) {
      const reason = choice.reason ? `ended: ${choice.reason}` : "not ended";
      replace(
        node,
        textNodes(
          [`choice ${choice.choice ?? 0}`, choice.role, choice.model, reason].filter(Boolean).join(" · ").slice(0, 400),
        ),
      );
    },
  };
}

function blockBox(block) {
  const text = longText();
  const label = [
    TITLES[block.kind] ?? block.kind,
    block.name,
    block.by === "server" ? "run by the provider" : null,
    block.id,
  ].filter(Boolean);
  const node = el(
    "section",
    { class: `block ${/^[a-z_]+$/.test(block.kind) ? block.kind : "other"}` },
    el("h3", {}, textNodes(label.join(" · ").slice(0, 300))),
    text.node,
  );
  return { node, update: (next) => text.set(blockText(next)) };
}

function blockText(block) {
  const data = block.data ? `[${block.mime ?? "data"}, ${bytes(Math.floor(block.data.length * 0.75))}]` : "";
  const patched =
    block.parsed_arguments !== undefined && !block.arguments ? JSON.stringify(block.parsed_arguments, null, 2) : "";
  return [block.text, block.arguments || patched, block.transcript, data].filter(Boolean).join("\n");
}

/** A row that unfolds: one line of what it is about, all of it when opened, made only then. */
function unfolding(cells, line, whole) {
  const row = el("details", {}, el("summary", {}, cells, el("span", { class: "line" }, textNodes(line))));
  row.addEventListener("toggle", () => {
    if (!row.open || row.childElementCount > 1) return;
    const text = longText();
    row.append(text.node);
    text.set(whole());
  });
  return el("li", {}, row);
}

function eventsPanel() {
  const list = growingList(
    (event) => {
      const { type, seq, t, src, ...rest } = event;
      const cells = [
        el("span", { class: "number" }, ms(t / 1000)),
        el("span", { class: "number quiet" }, src === undefined || src === null ? "–" : `#${src}`),
        el("span", { class: "type" }, visible(String(type), 60)),
      ];
      return unfolding(cells, shortJson(rest), () => safeJson(event));
    },
    { attributes: { class: "rows events" } },
  );
  return panelOf(list, ["ms", "frame", "event", ""], "events", "No events yet.", (detail) => detail.events ?? []);
}

function framesPanel() {
  const list = growingList(
    (frame, index) => {
      const text = String(frame.text ?? "");
      const cells = [
        el("span", { class: "number" }, ms(frame.at)),
        el("span", { class: "number quiet" }, `#${index}`),
        el("span", { class: "number" }, bytes(text.length)),
      ];
      return unfolding(cells, visible(text, 240), () => text);
    },
    { attributes: { class: "rows frames" } },
  );
  return panelOf(list, ["ms", "frame", "size", ""], "frames", "No frames yet.", (detail) => detail.frames ?? []);
}

function panelOf(list, heads, kind, nothing, items) {
  const empty = el("p", { class: "quiet" }, nothing);
  const head = el(
    "div",
    { class: `rows-head ${kind}`, "aria-hidden": "true" },
    heads.map((each) => el("span", {}, each)),
  );
  return {
    node: el("div", {}, empty, head, list.node),
    update(detail) {
      const all = items(detail);
      empty.hidden = all.length > 0;
      head.hidden = all.length === 0;
      list.update(all);
    },
  };
}

/** The begin of a value as JSON on one line, without making the JSON of a megabyte for it. */
function shortJson(value) {
  const cut = (_, each) => (typeof each === "string" && each.length > 240 ? `${each.slice(0, 240)}…` : each);
  return visible(JSON.stringify(value, cut), 240);
}

function headersPanel() {
  const node = el("div", { class: "headers" });
  const body = longText();
  const [request, response] = [el("div"), el("div")];
  append(node, [el("h2", {}, "Request"), request, body.node, el("h2", {}, "Response"), response]);
  return {
    node,
    update(detail) {
      const { method = "", target = "", headers, body: sent } = detail.request ?? {};
      replace(
        request,
        el("p", { class: "mono break" }, textNodes(`${method} ${target}`.slice(0, 4000))),
        headerTable(headers, "Request headers"),
      );
      body.set(pretty(sent ?? ""));
      body.node.hidden = !sent;
      const status = detail.response?.status;
      replace(
        response,
        el("p", { class: "mono" }, status ? `Status ${status}` : "No response head yet."),
        headerTable(detail.response?.headers, "Response headers"),
      );
    },
  };
}

function headerTable(headers, label) {
  const rows = headerPairs(headers).map(([name, value]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row", class: "mono" }, visible(name)),
      el("td", { class: "mono" }, visible(value, 2000)),
    ),
  );
  return rows.length
    ? el("table", { class: "table header-table", "aria-label": label }, el("tbody", {}, rows))
    : el("p", { class: "quiet" }, "No headers.");
}

/** JSON indented, where it is JSON and not so large that indenting it would be felt. */
function pretty(text) {
  if (text.length > 200_000) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function timingPanel() {
  let chunks = [];
  let longest = 0;
  const list = growingList(
    ([at, size], index) => {
      const gap = at - (index ? chunks[index - 1][0] : 0);
      const bar = el("span", { class: "gap" });
      bar.style.width = `${longest ? Math.min(100, (gap / longest) * 100).toFixed(1) : 0}%`;
      return el(
        "tr",
        {},
        el("td", { class: "number quiet" }, count(index)),
        el("td", { class: "number" }, ms(at)),
        el("td", { class: "number" }, ms(gap)),
        el("td", { class: "number" }, count(size)),
        el("td", { class: "bar-cell" }, bar),
      );
    },
    { tag: "tbody" },
  );
  const head = el(
    "tr",
    {},
    ["#", "at ms", "gap ms", "bytes"].map((each) => el("th", { class: "number", scope: "col" }, each)),
    el("th", { scope: "col" }, "gap"),
  );
  const empty = el("p", { class: "quiet" }, "No chunks yet.");
  const table = el(
    "div",
    { class: "scroll" },
    el("table", { class: "table timing", "aria-label": "Chunks" }, el("thead", {}, head), list.list),
  );
  return {
    node: el("div", {}, empty, table, list.node),
    update(detail) {
      chunks = detail.chunks ?? [];
      for (let index = 0; index < chunks.length; index += 1)
        longest = Math.max(longest, chunks[index][0] - (index ? chunks[index - 1][0] : 0));
      empty.hidden = chunks.length > 0;
      table.hidden = chunks.length === 0;
      list.update(chunks);
    },
  };
}
