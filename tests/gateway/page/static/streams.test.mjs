import assert from "node:assert/strict";
import { test } from "node:test";
import { module } from "./module.mjs";

const { Store } = await module("store.js");
const { commonScale, niceScale, stallsOf } = await module("waterfall.js");
const { growth } = await module("growth.js");

const stream = (id, more = {}) => ({ id, started: Number(id), state: "running", source: "live", duration: null, ticks: [], ...more });
const ids = (store) => store.streams().map(({ id }) => id);

test("a snapshot, then only new ticks", () => {
  const store = new Store();
  store.snapshot({ streams: [stream("2"), stream("1", { ticks: [[0.1, "head"]] })] });
  store.update({ streams: [stream("1", { ticks: [[0.2, "text"]], model: "m" }), stream("3")] }, 3);
  assert.deepEqual(ids(store), ["3", "2", "1"]);
  assert.deepEqual([store.get("1").ticks, store.get("1").model], [[[0.1, "head"], [0.2, "text"]], "m"]);
});

test("an update has only what has changed", () => {
  const store = new Store();
  store.snapshot({ streams: [stream("1", { model: "m", ttft: null })] });
  store.update({ streams: [{ id: "1", ttft: 0.2, ticks: [[0.2, "text"]] }, { id: "0", ttft: 1 }], unobserved: 3 }, 3);
  assert.deepEqual(ids(store), ["1"]); // of the other nothing is known any more
  assert.deepEqual([store.get("1").model, store.get("1").ttft, store.get("1").started], ["m", 0.2, 1]);
  assert.equal(store.unobserved, 3);
});

test("a new snapshot is in place of what was known", () => {
  const store = new Store();
  store.snapshot({ streams: [stream("1")] });
  store.snapshot({ streams: [stream("2")], unobserved: 7 });
  assert.deepEqual([ids(store), store.unobserved], [["2"], 7]);
});

test("what is gone is gone", () => {
  const store = new Store();
  store.snapshot({ streams: [stream("2"), stream("1")] });
  store.gone({ ids: ["2", "9"] });
  assert.deepEqual(ids(store), ["1"]);
});

test("the newest 500 streams, 2,000 ticks of each", () => {
  const store = new Store();
  store.snapshot({ streams: Array.from({ length: 600 }, (_, at) => stream(String(1600 - at))) });
  store.update({ streams: [stream("1700", { ticks: Array.from({ length: 3000 }, (_, at) => [at, "text"]) })] }, 1700);
  assert.deepEqual([ids(store).length, ids(store)[0], store.get("1700").ticks.length], [500, "1700", 2000]);
});

test("a running row reaches to now, by the gateway's clock", () => {
  const store = new Store();
  store.snapshot({ streams: [stream("100", { ticks: [[1, "head"]] }), stream("50", { state: "ok", duration: 2 })] });
  assert.deepEqual([store.elapsed(store.get("100"), 103), store.elapsed(store.get("50"), 103)], [3, 2]);
  store.update({ streams: [stream("100", { ticks: [[4, "text"]] })] }, 100 + 4 + 3600); // a clock that is an hour ahead
  assert.equal(store.elapsed(store.get("100"), 100 + 5 + 3600), 5);
});

test("counters", () => {
  const store = new Store();
  store.snapshot({ streams: [stream("1"), stream("2", { state: "error" }), stream("3", { state: "ok", source: "replay" })] });
  assert.deepEqual(store.counters(), { all: 3, running: 1, error: 1, live: 2, replay: 1 });
});

for (const [seconds, max, step] of [[0.9, 1, 0.2], [1, 1, 0.2], [1.01, 1.2, 0.2], [7.3, 8, 1], [61, 70, 10], [0, 0.01, 0.002]]) {
  test(`a scale for ${seconds} s`, () => {
    const scale = niceScale(seconds);
    assert.ok(Math.abs(scale.max - max) < 1e-9 && Math.abs(scale.step - step) < 1e-9, JSON.stringify(scale));
  });
}

test("one slow stream does not squeeze nine others", () => {
  assert.ok(commonScale([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 60]).max < 2);
  assert.equal(commonScale([]).max, 1);
});

test("a stall is over a second and over ten times the median", () => {
  const ticks = [0, 0.1, 0.2, 0.3, 2.3, 2.4].map((at) => [at, "text"]);
  assert.deepEqual(stallsOf([...ticks, [9, "end"]]), [[0.3, 2.3]]);
  assert.deepEqual(stallsOf([0, 0.5, 1, 2.2].map((at) => [at, "text"])), []);
  assert.deepEqual(stallsOf([]), []);
});

test("an answer's growth, by kind; tokens only where they were counted on the way", () => {
  const delta = (t, index, text) => ({ type: "block.delta", t, index, kind: "text", text });
  const events = [
    { type: "block.start", index: 0, kind: "thinking", t: 100 }, delta(100, 0, "ab"), { type: "block.start", index: 1, kind: "text", t: 200 }, delta(200, 1, "c"),
    delta(200, 1, "d"), { type: "usage", t: 200, output: 3 }, delta(300, 1, ""), { type: "usage", t: 300, output: 5 },
  ];
  assert.deepEqual(growth(events), { times: [0.1, 0.2, 0.3], text: [0, 2, 2], thinking: [2, 2, 2], tool: null, tokens: [null, 3, 5] });
  assert.equal(growth(events.slice(0, 6)).tokens, null);
});

test("a long answer is thinned, and keeps its end", () => {
  const events = [{ type: "block.start", index: 0, kind: "text", t: 0 }, ...Array.from({ length: 20_001 }, (_, at) => ({ type: "block.delta", t: at, index: 0, text: "x" }))];
  const { times, text } = growth(events);
  assert.ok(times.length < 4_010);
  assert.deepEqual([times.at(-1), text.at(-1)], [20, 20_001]);
});
