// Text from outside in the page: never more at once than a browser lays out without a pause, unseen characters marked.

import { append, el, replace, setText } from "./dom.js";
import { count } from "./format.js";
import { signs } from "./visible.js";

const FIRST = 4_000;
const MORE = 64_000;

/** Nodes for `text`: text nodes, and marked spans for what could not be seen. */
export function textNodes(text) {
  return signs(text).map(([piece, isSign]) =>
    isSign ? el("span", { class: "sign", title: "cannot be seen, or moves what is" }, piece) : piece,
  );
}

/**
 * A box for a long text: {node, set(text)}. Shows the first 4,000 characters and a button for more. A text that grows is
 * only added to, as long as its begin stays.
 */
export function longText(attributes = {}) {
  const box = el("pre", { class: "long", ...attributes });
  const button = el("button", { type: "button", class: "more" });
  const node = el("div", {}, box, button);
  let text = "";
  let limit = FIRST;
  let shown = 0;

  function show() {
    const until = boundary(text, limit);
    append(box, textNodes(text.slice(shown, until)));
    shown = until;
    button.hidden = shown >= text.length;
    if (!button.hidden)
      setText(button, `Show more: ${count(text.length - shown)} of ${count(text.length)} characters are left`);
  }

  button.addEventListener("click", () => {
    limit = shown + MORE;
    show();
  });

  return {
    node,
    set(next) {
      if (next === text && (shown || !text)) return;
      const grows = shown > 0 && next.length >= text.length && next.startsWith(text.slice(0, shown));
      text = next;
      if (!grows) {
        replace(box);
        shown = 0;
      }
      show();
    },
  };
}

/** Not between the two halves of one character. */
function boundary(text, limit) {
  if (limit >= text.length) return text.length;
  const code = text.charCodeAt(limit - 1);
  return code >= 0xd800 && code < 0xdc00 ? limit - 1 : limit;
}

/**
 * A list that only grows: {node, update(items)}. `row(item, index)` makes one. Shows 200 at first and a button for more;
 * begins anew where the first item is another.
 */
export function growingList(row, { page = 200, attributes = {}, tag = "ol" } = {}) {
  const list = el(tag, attributes);
  const button = el("button", { type: "button", class: "more" });
  const node = el("div", {}, tag === "tbody" ? null : list, button);
  let items = [];
  let limit = page;
  let shown = 0;

  function show() {
    const until = Math.min(limit, items.length);
    append(
      list,
      items.slice(shown, until).map((item, index) => row(item, shown + index)),
    );
    shown = Math.max(shown, until);
    button.hidden = shown >= items.length;
    if (!button.hidden)
      setText(button, `Show ${count(Math.min(page * 5, items.length - shown))} more of ${count(items.length)}`);
  }

  button.addEventListener("click", () => {
    limit = shown + page * 5;
    show();
  });

  return {
    node,
    list,
    button,
    update(next) {
      items = next;
      if (next.length < shown) {
        replace(list);
        shown = 0;
      }
      show();
    },
  };
}
