// Renders in WebAssembly what real Helm rendered: the runs of tests/golden that are one chart with values, and compares
// every byte of stdout, or of the error's text.
//
// usage: node golden.cjs PLAYGROUND_JS GOLDEN_DIRECTORY RUNS     (what `cargo xtask record --list` prints)
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const [program, golden, runs] = process.argv.slice(2);
const { Files, Session } = require(path.resolve(program));

// Flags with a value, those without, and what becomes of them.
const VALUED = {
  '--set': 'set', '--set-string': 'setString', '--set-json': 'setJson', '--set-literal': 'setLiteral',
  '--set-file': 'setFile', '-f': 'file', '--values': 'file', '-n': 'namespace', '--namespace': 'namespace',
  '--kube-version': 'kubeVersion', '-a': 'apiVersions', '--api-versions': 'apiVersions',
};
const SWITCHES = {
  '--is-upgrade': 'isUpgrade', '--include-crds': 'includeCrds', '--skip-schema-validation': 'skipSchemaValidation',
};
// Helm's order, whatever that of the flags is.
const ORDER = ['file', 'setJson', 'set', 'setString', 'setFile', 'setLiteral'];
const DEBUG_HINT = '\n\nUse --debug flag to render out invalid YAML';

/// What a command line asks, and of which chart; nothing of one that needs more than a chart and values.
function question(args, directory) {
  const asked = { values: [], apiVersions: [] };
  const positional = [];
  const layers = [];
  for (let at = 1; at < args.length; at += 1) {
    let argument = args[at];
    if (!argument.startsWith('-')) {
      positional.push(argument);
      continue;
    }
    let value;
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    if (equals > 0) [argument, value] = [argument.slice(0, equals), argument.slice(equals + 1)];
    if (SWITCHES[argument] && value === undefined) {
      asked[SWITCHES[argument]] = true;
      continue;
    }
    const kind = VALUED[argument];
    if (!kind) return undefined;
    value ??= args[(at += 1)];
    // What is no value, and lists in lists, are the command line's matter.
    if (!value || /^api|^kube|^name/.test(kind) && /[,"\n\r]/.test(value)) return undefined;
    if (kind === 'file') {
      // A list of names, and links to elsewhere, are the command's.
      if (/[,"]|^-$|:\/\/|\$/.test(value)) return undefined;
      const file = path.join(directory, value);
      if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return undefined;
      layers.push({ kind, layer: { file: [value, fs.readFileSync(file, 'utf8')] } });
    } else if (kind === 'setFile') {
      return undefined;
    } else if (kind === 'apiVersions') {
      asked.apiVersions.push(value);
    } else if (ORDER.includes(kind)) {
      layers.push({ kind, layer: { [kind]: value } });
    } else {
      asked[kind] = value;
    }
  }
  if (args[0] !== 'template' || positional.length === 0 || positional.length > 2) return undefined;
  asked.values = ORDER.flatMap((kind) => layers.filter((layer) => layer.kind === kind)).map(({ layer }) => layer);
  if (!positional.at(-1)) return undefined;
  if (positional.length === 2) asked.name = positional[0];
  return { asked, chart: positional.at(-1) };
}

/// The chart at a path: a directory of plain files, or an archive; nothing of anything else.
function session(chart) {
  if (!fs.existsSync(chart)) return undefined;
  if (fs.lstatSync(chart).isFile()) return () => Session.ofArchive(fs.readFileSync(chart));
  const files = [];
  const walk = (directory, prefix) => {
    for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
      const name = prefix + entry.name;
      if (entry.isDirectory()) {
        if (!walk(path.join(directory, entry.name), `${name}/`)) return false;
      } else if (entry.isFile()) {
        files.push([name, fs.readFileSync(path.join(directory, entry.name))]);
      } else {
        return false;
      }
    }
    return true;
  };
  if (!walk(chart, '')) return undefined;
  return () => {
    const all = new Files();
    for (const [name, contents] of files) all.add(name, contents);
    return Session.ofFiles(all);
  };
}

/// What is recorded: the ending, stderr, stdout.
function recorded(directory, run, major) {
  const files = [`${run}.v${major}.out`, `${run}.out`].map((name) => path.join(directory, name));
  const file = files.find((name) => fs.existsSync(name));
  if (!file) return undefined;
  const text = fs.readFileSync(file, 'utf8');
  // What is no UTF-8 does not go through JSON.
  if (text.includes('\uFFFD')) return undefined;
  const at = text.indexOf('\nstdout\n');
  const head = text.slice(0, at).split('\n');
  const stderr = head.slice(1).filter((line) => line.startsWith('| ')).map((line) => line.slice(2)).join('\n');
  if (head.some((line) => line.startsWith('file '))) return undefined;
  return { ok: head[0] === 'exit 0', stderr, stdout: text.slice(at + '\nstdout\n'.length) };
}

const ran = { 3: 0, 4: 0 };
let errors = 0;
let tooDeep = 0;
let different = 0;
for (const line of fs.readFileSync(runs, 'utf8').split('\n').filter(Boolean)) {
  const run = JSON.parse(line);
  const directory = path.join(golden, run.case);
  const found = run.isPlain && question(run.args, directory);
  const open = found && session(path.join(directory, found.chart));
  for (const major of open ? run.majors : []) {
    const title = `${run.case}/${run.run}/v${major}`;
    const expected = recorded(directory, run.run, major);
    if (!expected || expected.stderr.includes('$CASE')) continue;
    let actual;
    try {
      const opened = open();
      const answer = JSON.parse(opened.render(JSON.stringify({ ...found.asked, helm: String(major) })));
      opened.free();
      actual = answer.failure ? `Error: ${answer.failure.text}` : answer.manifests;
      // Values are read when they are given, in Helm 4's words.
      if (major === 3 && answer.failure?.isOfValues) continue;
      if (actual.includes('nested too deeply')) {
        tooDeep += 1;
        continue;
      }
      if (actual.includes('its feature "fs" is off')) continue;
    } catch (error) {
      if (error instanceof Error) throw new Error(title, { cause: error });
      // What Helm 4 says of a chart that it cannot load: Helm 3's words are not asked for.
      if (major === 3) continue;
      actual = `Error: ${error}`;
    }
    const end = expected.stderr.slice(expected.stderr.indexOf('Error: ')).replace(DEBUG_HINT, '');
    const text = expected.ok ? expected.stdout : end;
    ran[major] += 1;
    errors += expected.ok ? 0 : 1;
    if (actual !== text) {
      different += 1;
      console.log(`${title}: ${run.args.join(' ')}\n--- Helm\n${text.slice(0, 2000)}\n--- WebAssembly\n${actual.slice(0, 2000)}`);
    }
  }
}
console.log(
  `${ran[3]} runs as Helm 3 and ${ran[4]} as Helm 4 (${errors} of them errors), ${different} different; ` +
    `${tooDeep} more need a deeper stack than a browser has, and say so`,
);
if (different > 0 || ran[3] + ran[4] === 0) process.exit(1);
