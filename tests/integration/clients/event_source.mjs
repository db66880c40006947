// A web page's EventSource, as Node has it: prints what each event said, in order, once the stream has ended.
//
//     node --experimental-eventsource event_source.mjs URL TYPE...

const [url, ...types] = process.argv.slice(2);
const source = new EventSource(url);
const heard = [];

function finish(problem) {
  if (source.readyState === EventSource.CLOSED) return;
  source.close();
  console.log(JSON.stringify({ problem, heard }));
}

for (const type of types) {
  source.addEventListener(type, (event) => {
    heard.push([event.type, JSON.parse(event.data), event.lastEventId]);
    if (type === "stream.end") finish(null);
  });
}
source.onmessage = () => finish("an event without a type");
source.onerror = (event) => finish(`an error: ${event.message ?? "the connection ended"}`);
