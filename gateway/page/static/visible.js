// Text from outside, made visible: control characters as symbols, what turns or hides text by its name. Pure.
//
//     signs("a\x1b[31m")  ->  [["a", false], ["␛", true], ["[31m", false]]      true: a stand-in, to be marked as one
//
// Line feed and tab stay what they are. The same characters as gateway/escaping, and those that have no width.

const UNSEEN = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e" +
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}\\p{Cs}]+",
  "gu",
);

const NAMES = {
  0x00ad: "SHY",
  0x061c: "ALM",
  0x180e: "MVS",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LS",
  0x2029: "PS",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

function sign(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨${NAMES[code] ?? code.toString(16).toUpperCase().padStart(2, "0")}⟩`;
}

/** An emoji may be several joined by U+200D: there it is no trick, and stays. */
function joinsEmoji(text, index, found) {
  return (
    found === "\u200d" &&
    /\p{Extended_Pictographic}\ufe0f?$|[\u{1f3fb}-\u{1f3ff}]$/u.test(text.slice(Math.max(0, index - 4), index))
  );
}

/** `text` in pieces: [piece, whether it stands for what cannot be seen]. */
export function signs(text) {
  const pieces = [];
  let plainFrom = 0;
  for (const { 0: found, index } of text.matchAll(UNSEEN)) {
    if (joinsEmoji(text, index, found)) continue;
    if (index > plainFrom) pieces.push([text.slice(plainFrom, index), false]);
    pieces.push([Array.from(found, sign).join(""), true]);
    plainFrom = index + found.length;
  }
  if (plainFrom < text.length) pieces.push([text.slice(plainFrom), false]);
  return pieces;
}

/** `text` on one line with signs in place of what cannot be seen, at most `limit` characters of it: for cells and titles. */
export function visible(text, limit = 200) {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return signs(cut.replaceAll("\n", "\u2424").replaceAll("\t", "\u2409"))
    .map(([piece]) => piece)
    .join("");
}

/** JSON with every unseen character as an escape: the same value, harmless where it is pasted. */
export function safeJson(value, indent = 2) {
  const escape = (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
      "",
    );
  return (JSON.stringify(value, null, indent) ?? "null").replace(UNSEEN, escape);
}
