// What the feed has told so far: the newest streams by id. No element, no connection; who draws asks it.
//
//     snapshot ─┐
//     update   ─┼─> Store ── streams(), get(id), changed ids
//     gone     ─┘

const MOST_STREAMS = 500;
const MOST_TICKS = 2_000;

export class Store {
  #byId = new Map();
  #skew = Infinity; // how far this machine's clock is ahead of the gateway's, in seconds, by the quickest news so far
  unobserved = 0;
  told = false; // whether there has been a snapshot

  /** Takes everything anew. */
  snapshot({ streams, unobserved = 0 }) {
    this.#byId = new Map([...streams].reverse().map((stream) => [stream.id, { ...stream, ticks: stream.ticks ?? [] }]));
    this.unobserved = unobserved;
    this.told = true;
    this.#bound();
  }

  /** Takes what is new of streams: ticks, and fields that have changed. `now` is this machine's time in epoch seconds. */
  update({ streams, unobserved = this.unobserved }, now) {
    this.unobserved = unobserved;
    for (const stream of streams) {
      const old = this.#byId.get(stream.id);
      if (!old && stream.started === undefined) continue; // one of those that made room
      const ticks = old?.ticks ?? [];
      for (const tick of stream.ticks ?? []) if (ticks.length < MOST_TICKS) ticks.push(tick);
      const known = { ...old, ...stream, ticks };
      this.#byId.set(stream.id, known);
      if (stream.ticks?.length)
        this.#skew = Math.min(this.#skew, now - known.started - stream.ticks[stream.ticks.length - 1][0]);
    }
    this.#bound();
  }

  gone({ ids }) {
    for (const id of ids) this.#byId.delete(id);
  }

  #bound() {
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= MOST_STREAMS) return;
      this.#byId.delete(id);
    }
  }

  get(id) {
    return this.#byId.get(id);
  }

  /** Newest first. */
  streams() {
    return [...this.#byId.values()].sort((a, b) => (b.started ?? 0) - (a.started ?? 0) || (a.id < b.id ? 1 : -1));
  }

  /** How long a stream has been going, in seconds: its own end, or until `now` (epoch seconds here) while it runs. */
  elapsed(stream, now) {
    const last = stream.ticks.length ? stream.ticks[stream.ticks.length - 1][0] : 0;
    const told = Math.max(stream.duration ?? 0, last);
    if (stream.state !== "running") return told;
    const skew = Math.abs(this.#skew) > 2 && Number.isFinite(this.#skew) ? this.#skew : 0; // less is delay, not a clock
    return Math.max(told, now - skew - (stream.started ?? now));
  }

  counters() {
    const counters = { all: this.#byId.size, running: 0, error: 0, live: 0, replay: 0 };
    for (const { state, source } of this.#byId.values()) {
      if (state === "running") counters.running += 1;
      if (state === "error") counters.error += 1;
      if (source === "replay") counters.replay += 1;
      else counters.live += 1;
    }
    return counters;
  }
}
