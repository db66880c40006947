// The connection to /_/feed: opened again after a drop, sooner at first, then every ten seconds; always says how it stands.

const FIRST_WAIT_MS = 500;
const TELL_FROM_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * Listens until `close()`. `on` has snapshot(data), update(data), gone(data), state(name, text): "connecting", "live", "lost".
 * EventSource gives up on an answer that is no stream (the gateway is there, its observer is not), so opening again is ours.
 */
export function openFeed(url, reasonUrl, on) {
  let source = null;
  let wait = FIRST_WAIT_MS;
  let timer = null;

  function open() {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(url);
    for (const name of ["snapshot", "update", "gone"]) {
      source.addEventListener(name, ({ data }) => {
        wait = FIRST_WAIT_MS;
        on.state("live", "live");
        on[name](JSON.parse(data));
      });
    }
    source.addEventListener("error", lost);
  }

  function lost() {
    source.close();
    on.state("lost", "reconnecting");
    if (wait >= TELL_FROM_MS) tellWhy(source);
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  /** An EventSource does not say why; another question to the gateway is answered in words. */
  async function tellWhy(lostOne) {
    const why = await fetchJson(reasonUrl).then(
      () => null,
      (error) => error.message,
    );
    if (why && source === lostOne) on.state("lost", `trying every ${Math.round(wait / 1000)} s`, why);
  }

  const awake = () => !document.hidden && source.readyState === EventSource.CLOSED && open();
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  on.state("connecting", "connecting");
  open();
  return {
    close() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", awake);
      window.removeEventListener("online", awake);
      source.close();
    },
  };
}

/** JSON of an address, or an Error whose message is what the gateway said. */
export async function fetchJson(url) {
  let response;
  try {
    response = await fetch(url, { headers: { accept: "application/json" } });
  } catch {
    throw new Error("The gateway does not answer. Is it still running?");
  }
  const text = await response.text();
  if (!response.ok)
    throw Object.assign(new Error(messageOf(text) || `The gateway answered ${response.status}.`), {
      status: response.status,
    });
  return JSON.parse(text);
}

/** What an answer says, as a sentence: an error in JSON, or plain text. */
function messageOf(text) {
  let said = text;
  try {
    const { error } = JSON.parse(text);
    said = typeof error === "string" ? error : (error?.message ?? "");
  } catch {
    // No JSON: the text is the message.
  }
  const line = said.trim().slice(0, 500);
  return line && `${line[0].toUpperCase()}${line.slice(1)}${/[.!?]$/.test(line) ? "" : "."}`;
}
