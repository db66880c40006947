import assert from "node:assert/strict";
import { test } from "node:test";
import { module } from "./module.mjs";

const { FIELDS, parseFilter } = await module("filter.js");

const stream = {
  id: "abc-1", source: "live", state: "ok", provider: "openai", api: "openai.chat", model: "GPT-6-mini", cassette: "two words", mode: "all",
  method: "POST", target: "/v1/chat", status: 200, error: null, ttft: 0.5, ttfo: null, duration: 2, tps: 40, tokens_out: 2000,
};

for (const text of [
  "", "  ", "gpt", "gpt-6 openai", "model:gpt", "MODEL:nothing -or", "model:GPT", 'cassette:"two words"', '"two words"', "cassette:two", "ttft>0.4", "ttft>=0.5", "ttft<=500ms",
  "ttft<1s", "ttft:0.5", "duration<1min", "tokens_out>1k", "status:200", "-state:error", "-ttfo>0", "-ttfo<0.1", "model:gpt ttft>0.1 -source:replay",
]) {
  const expected = text !== "MODEL:nothing -or";
  test(`takes: ${text}`, () => {
    const filter = parseFilter(text);
    if (expected) assert.deepEqual([filter.error, filter.matches(stream)], [null, true]);
    else assert.match(filter.error, /no field is called MODEL; did you mean model\?/);
  });
}

for (const text of ["claude", "model:claude", "state:error", "ttft>0.5", "ttft<0.5", "ttfo>0", "ttfo:0", "-gpt", "gpt state:error", "error:timeout", "tps>1k"]) {
  test(`leaves out: ${text}`, () => assert.deepEqual([parseFilter(text).error, parseFilter(text).matches(stream)], [null, false]));
}

for (const [text, said] of [
  ["modle:gpt", "no field is called modle; did you mean model?"],
  ["nonsense>3", `no field is called nonsense; fields are ${FIELDS.join(", ")}`],
  ["model:", "expected something after model:"],
  ["ttft>", "expected something after ttft>"],
  ["ttft>fast", "expected a number such as 0.5, 500ms or 2s for ttft, got fast"],
  ["status:4xx", "expected a number such as 100 or 2k for status, got 4xx"],
  ["ttft>2k", "expected a number such as 0.5, 500ms or 2s for ttft, got 2k"],
  ["tps>20ms", "expected a number such as 100 or 2k for tps, got 20ms"],
  ["model>gpt", "model is text, which has no >: expected model:gpt, got model>gpt"],
  ['model:"gpt', 'expected a closing " in model:"gpt'],
  ["-", "expected something after -, such as -state:ok"],
]) {
  test(`says what is wrong: ${text}`, () => {
    const filter = parseFilter(text);
    assert.deepEqual([filter.error, filter.matches(stream)], [said, true]);
  });
}
