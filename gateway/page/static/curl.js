// A request as a command for a POSIX shell with $'...' (bash, zsh, ksh, dash from 0.5.13). Pure.

const PLAIN = /^[\w@%+=:,./-]+$/;
const UNSEEN = /[\x00-\x1f\x7f-\x9f\p{Cf}\p{Cs}\u2028\u2029]/u;

// The client's connection makes these anew.
const OWN = new Set(["host", "content-length", "connection", "transfer-encoding", "accept-encoding"]);

/** `text` as one word of a shell. What a terminal would obey is written as an escape: pasted, it must not act. */
export function quoted(text) {
  if (PLAIN.test(text)) return text;
  if (!UNSEEN.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const encoder = new TextEncoder();
  const escaped = (character) => {
    if (character === "'" || character === "\\") return `\\${character}`;
    if (character === "\n") return "\\n";
    // Three octal digits end by themselves, \xNN would go on into a digit that follows.
    return UNSEEN.test(character)
      ? Array.from(encoder.encode(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
      : character;
  };
  return `$'${Array.from(text, escaped).join("")}'`;
}

/** Header pairs from either shape: {name: value} or [[name, value], ...]. */
export function headerPairs(headers) {
  if (!headers) return [];
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  return pairs.map(([name, value]) => [String(name), Array.isArray(value) ? value.join(", ") : String(value)]);
}

/** The request of a detail, sent to `url` again. Keys are not known here: put yours where the placeholder stands. */
export function curl(request, url) {
  const parts = [`curl -N ${quoted(url)}`, `-X ${quoted(request.method)}`];
  for (const [name, value] of headerPairs(request.headers)) {
    if (!OWN.has(name.toLowerCase())) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (request.body) parts.push(`--data-binary ${quoted(request.body)}`);
  return parts.join(" \\\n  ");
}
