// The filter's language. Pure.
//
//     gpt                a word: anywhere in provider, model, cassette, target, state, error, id
//     model:gpt          a field contains it              "two words", model:"two words"
//     ttft>0.5  e2e<=2s  a number compared; times in seconds, or with ms, s, min
//     status:429         a number that is equal
//     -state:ok          not
//
// Terms are separated by spaces, and all must hold. What is not known of a stream matches no term about it.

const TEXTS = ["id", "source", "state", "provider", "api", "model", "cassette", "mode", "method", "target", "error"];
const TIMES = [
  "ttfb",
  "ttfc",
  "ttft",
  "ttfo",
  "itl",
  "e2e",
  "duration",
  "stall_max",
  "overhead_request",
  "overhead_chunk_p50",
  "overhead_chunk_max",
];
const COUNTS = ["tps", "status", "stalls", "tokens_in", "tokens_out", "chunks", "bytes"];
const ANYWHERE = ["provider", "model", "cassette", "target", "state", "source", "error", "id"];
const UNITS = { "": 1, ms: 0.001, s: 1, min: 60, k: 1000 };
const TESTS = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ":": (a, b) => a === b,
};

export const FIELDS = [...TEXTS, ...TIMES, ...COUNTS];

/** The filter of a text: {matches(summary), error}. With an error, `matches` takes everything: what is wrong hides nothing. */
export function parseFilter(text) {
  try {
    const tests = terms(text).map(testOf);
    return { matches: (summary) => tests.every((test) => test(summary)), error: null, empty: tests.length === 0 };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { matches: () => true, error: error.message, empty: false };
  }
}

class FilterError extends Error {}

function terms(text) {
  const found = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  const open = found.find((term) => (term.split('"').length - 1) % 2);
  if (open) throw new FilterError(`expected a closing " in ${open}`);
  return found;
}

function testOf(term) {
  const [, minus, rest] = term.match(/^(-?)(.*)$/su);
  if (!rest) throw new FilterError("expected something after -, such as -state:ok");
  const test = positive(rest, term);
  return minus ? (summary) => !test(summary) : test;
}

function positive(term, whole) {
  const parts = term.match(/^(\w+)(>=|<=|>|<|:)(.*)$/su);
  if (!parts) return anywhere(unquoted(term));
  const [, field, operator, given] = parts;
  const value = unquoted(given);
  if (!FIELDS.includes(field)) throw new FilterError(unknown(field));
  if (!value) throw new FilterError(`expected something after ${field}${operator}`);
  if (TEXTS.includes(field)) {
    if (operator !== ":")
      throw new FilterError(`${field} is text, which has no ${operator}: expected ${field}:${value}, got ${whole}`);
    return contains([field], value);
  }
  const number = numberOf(value, field);
  return (summary) => typeof summary[field] === "number" && TESTS[operator](summary[field], number);
}

/** Names the field that is nearest, or all of them. */
function unknown(field) {
  const [nearest, changes] = FIELDS.map((each) => [each, distance(each, field.toLowerCase())]).sort(
    (a, b) => a[1] - b[1],
  )[0];
  return `no field is called ${field}; ${changes <= 2 ? `did you mean ${nearest}?` : `fields are ${FIELDS.join(", ")}`}`;
}

/** How many letters have to be put in, taken away, changed or swapped with the next to make one word of another. */
function distance(one, other) {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= other.length; j += 1) {
      const changed = rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
          ? rows[i - 2][j - 2] + 1
          : Infinity;
      rows[i].push(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed, swapped));
    }
  }
  return rows[one.length][other.length];
}

const unquoted = (text) => text.replaceAll('"', "");
const anywhere = (word) => contains(ANYWHERE, word);

function contains(fields, word) {
  const wanted = word.toLowerCase();
  return (summary) =>
    fields.some((field) => typeof summary[field] === "string" && summary[field].toLowerCase().includes(wanted));
}

function numberOf(text, field) {
  const parts = text.match(/^(\d+(?:\.\d+)?|\.\d+)(ms|s|min|k)?$/u);
  const unit = parts?.[2] ?? "";
  const fits = TIMES.includes(field) ? unit !== "k" : unit === "" || unit === "k";
  if (parts && fits) return Number(parts[1]) * UNITS[unit];
  const example = TIMES.includes(field) ? "0.5, 500ms or 2s" : "100 or 2k";
  throw new FilterError(`expected a number such as ${example} for ${field}, got ${text}`);
}
