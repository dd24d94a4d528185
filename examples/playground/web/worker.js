// Runs the engine: a message names what is wanted, the answer has its number.
let session;
const ready = (bytes) => wasm_bindgen({ module_or_path: bytes });
const open = (next) => { session?.free(); session = next; return { name: session.name(), version: session.version() }; };
const tasks = {
  start: async ({ engine }) => { await ready(engine); },
  archive: ({ bytes }) => open(wasm_bindgen.Session.ofArchive(new Uint8Array(bytes))),
  bundled: ({ name }) => open(wasm_bindgen.Session.ofBundled(name)),
  render: ({ question }) => JSON.parse(session.render(question)),
  validate: ({ question }) => JSON.parse(session.validate(question)),
  source: ({ path }) => session.source(path),
};
onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, result: await tasks[data.task](data) });
  } catch (error) {
    // What Helm says is a text; everything else is a program that has come to its end.
    const dead = typeof error !== 'string';
    postMessage({ id: data.id, error: dead ? `the engine stopped: ${error}` : error, dead });
  }
};
