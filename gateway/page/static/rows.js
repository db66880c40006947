// The rows in the page: in order, one of them chosen, painted where they are seen.

import { setAttribute } from "./dom.js";
import { makeRow, paintRow, writeRow } from "./row.js";

export class Rows {
  #byId = new Map();
  #seen = new Set();
  #order = [];
  #chosen = null;
  #isTouched = false; // somebody has chosen a row
  #sight;

  /** `body` has the rows; `onSeen()` is called when others are seen. */
  constructor(body, onSeen) {
    this.body = body;
    const look = (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#seen.add(target.dataset.id);
        else this.#seen.delete(target.dataset.id);
      }
      onSeen();
    };
    this.#sight = new IntersectionObserver(look, { rootMargin: "200px" });
    body.addEventListener("focusin", (event) => this.choose(event.target.closest(".row")?.dataset.id));
  }

  /** Puts rows in the order of `streams`, moving no more than must be: the row with the focus stays where it is. */
  arrange(streams) {
    this.#order = streams.map((stream) => stream.id);
    const wanted = new Set(this.#order);
    for (const id of this.#byId.keys()) if (!wanted.has(id)) this.#drop(id);
    let next = this.body.firstChild;
    for (const stream of streams) {
      const { node } = this.#byId.get(stream.id) ?? this.#make(stream);
      if (node === next) next = next.nextSibling;
      else this.body.insertBefore(node, next);
    }
    if (!this.#isTouched || !wanted.has(this.#chosen)) this.#mark(this.#order[0] ?? null, false);
  }

  /** Writes what changed of each; paints those that are seen. `lengths` are their lengths in seconds, by id. */
  show(streams, lengths, scale, generation) {
    for (const stream of streams) {
      const row = this.#byId.get(stream.id);
      writeRow(row, stream, lengths.get(stream.id));
      if (this.#seen.has(stream.id)) paintRow(row, stream, lengths.get(stream.id), scale, generation);
    }
  }

  isSeen(id) {
    return this.#seen.has(id);
  }

  /** The row that has the focus. */
  get current() {
    return document.activeElement?.closest?.(".row")?.dataset.id ?? null;
  }

  /** Gives a row the focus, if it is there. */
  choose(id) {
    const row = this.#byId.get(id);
    if (!row) return;
    this.#isTouched = true;
    this.#mark(id, true);
    if (row.node !== document.activeElement) row.node.focus();
  }

  /** To the row so many further on; to the chosen one if none has the focus. */
  step(by) {
    const at = Math.max(this.#order.indexOf(this.#chosen), 0);
    this.choose(this.#order[this.current ? Math.min(Math.max(at + by, 0), this.#order.length - 1) : at]);
  }

  first() {
    this.choose(this.#order[0]);
  }

  last() {
    this.choose(this.#order[this.#order.length - 1]);
  }

  leave() {
    this.#sight.disconnect();
  }

  #make(stream) {
    const row = makeRow(stream);
    this.#byId.set(stream.id, row);
    this.#sight.observe(row.node);
    return row;
  }

  #drop(id) {
    const { node } = this.#byId.get(id);
    this.#sight.unobserve(node);
    node.remove();
    this.#byId.delete(id);
    this.#seen.delete(id);
  }

  /** Exactly one row is reached by Tab. */
  #mark(id, isSelected) {
    for (const each of [this.#chosen, id]) {
      const node = this.#byId.get(each)?.node;
      if (!node) continue;
      node.tabIndex = each === id ? 0 : -1;
      setAttribute(node, "aria-selected", String(each === id && isSelected));
    }
    this.#chosen = id;
  }
}
