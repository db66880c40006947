import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { module } from "./module.mjs";

const format = await module("format.js");
const { safeJson, signs, visible } = await module("visible.js");
const { curl, quoted } = await module("curl.js");

for (const [name, value, said] of [
  ["ms", 0.5234, "523"], ["ms", 0.00142, "1.4"], ["ms", 12.04, "12,040"], ["ms", 0, "0.0"], ["ms", null, "–"], ["ms", undefined, "–"],
  ["count", 1234567, "1,234,567"], ["count", 0, "0"], ["count", null, "–"], ["count", NaN, "–"],
  ["rate", 84.23, "84.2"], ["rate", 840.6, "841"], ["rate", 12400, "12,400"], ["rate", null, "–"],
  ["bytes", 812, "812 B"], ["bytes", 1200, "1.2 kB"], ["bytes", 999_600, "1.0 MB"], ["bytes", 48e6, "48 MB"], ["bytes", null, "–"],
  ["span", 0, "0"], ["span", 0.25, "250 ms"], ["span", 1.5, "1.5 s"], ["span", 90, "90 s"], ["span", 600, "10 min"],
]) {
  test(`${name}(${value})`, () => assert.equal(format[name](value), said));
}

for (const [text, said] of [
  ["plain", "plain"], ["\x1b[31mred", "␛[31mred"], ["a\x00b", "a␀b"], ["\x7f\x9b", "␡⟨9B⟩"], ["\u202eevil\u202c", "⟨RLO⟩evil⟨PDF⟩"], ["\u2066x\u2069", "⟨LRI⟩x⟨PDI⟩"],
  ["a\u200bb", "a⟨ZWSP⟩b"], ["\ufeffx", "⟨BOM⟩x"], ["\u2028", "⟨LS⟩"], ["\ud800x", "⟨D800⟩x"], ["a\nb\tc\r", "a␤b␉c␍"], ["👩\u200d💻", "👩\u200d💻"], ["é世", "é世"],
  ["\u{e0041}", "⟨E0041⟩"], ["a\u200db", "a⟨ZWJ⟩b"],
]) {
  test(`visible ${JSON.stringify(text)}`, () => assert.equal(visible(text), said));
}

test("signs are told from text, and line breaks stay", () => {
  assert.deepEqual(signs("a\n\x1b\x07b"), [["a\n", false], ["␛␇", true], ["b", false]]);
});

test("visible cuts", () => assert.equal(visible("x".repeat(300), 5), "xxxxx…"));

test("a megabyte of control characters is a matter of moments, and one piece", () => {
  assert.equal(signs("\x1b".repeat(1_000_000)).length, 1);
});

test("JSON is the same value, without a character that acts", () => {
  const value = { text: "\x1b\u202e\u2028\u200b\x9b\u{e0041} é 👩\u200d💻" };
  assert.deepEqual(JSON.parse(safeJson(value)), value);
  assert.doesNotMatch(safeJson(value), /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u{e0000}-\u{e007f}]/u);
});

for (const text of ["plain", "it's", "two words", "", "a\nb", "\x1b]0;title\x07", "\u202eevil", "it's \\ \x1b 'quoted'\n", "$(rm -rf ~) `id` $HOME !!", "é世👩\u200d💻", "\x011", "-x"]) {
  test(`a shell gives back ${JSON.stringify(text)}`, () => {
    const command = `printf %s ${quoted(text)}`;
    assert.doesNotMatch(command, /[\x00-\x1f\x7f-\x9f\u202a-\u202e]/u);
    assert.equal(execFileSync("bash", ["-c", command], { encoding: "utf8" }), text);
  });
}

test("a request as a command", () => {
  const request = { method: "POST", headers: [["Host", "x"], ["content-type", "application/json"], ["Content-Length", "2"]], body: '{"it\'s":1}' };
  assert.equal(curl(request, "http://127.0.0.1:8077/a?b=c&d"), [
    "curl -N 'http://127.0.0.1:8077/a?b=c&d'", "-X POST", "-H 'content-type: application/json'", `--data-binary '{"it'\\''s":1}'`,
  ].join(" \\\n  "));
});
