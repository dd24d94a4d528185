// Deep input of every kind, in WebAssembly on the stack that a browser has: each is a result or an error, and the engine
// goes on.
//
// usage: node depth.cjs PLAYGROUND_JS
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const program = path.resolve(process.argv[2]);
let { Files, Session } = require(program);

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const encoder = new TextEncoder();

/// What comes of a chart with these files and values: its manifests or its error.
function result(files, values = '') {
  let session;
  try {
    const all = new Files();
    for (const [name, text] of Object.entries({ 'Chart.yaml': CHART, ...files })) all.add(name, encoder.encode(text));
    session = Session.ofFiles(all);
  } catch (error) {
    // A text is Helm's; all else is the end of the engine.
    if (typeof error === 'string') return error;
    throw error;
  }
  const question = JSON.stringify({ values: [{ file: ['v.yaml', values] }] });
  const answer = JSON.parse(session.render(question));
  const findings = JSON.parse(session.validate(question));
  assert(Array.isArray(findings));
  return answer.failure?.text ?? answer.manifests;
}

const nested = (open, inner, close, depth) => open.repeat(depth) + inner + close.repeat(depth);
const template = (text) => ({ 'templates/a.yaml': text });
const KINDS = {
  'maps in values': (n) => [template('a: {{ toYaml .Values | quote }}'), nested('{a: ', '1', '}', n)],
  'lists in values': (n) => [template('a: {{ toJson .Values | quote }}'), `a: ${nested('[', '1', ']', n)}`],
  'block maps in values': (n) => [
    template('a: {{ deepCopy .Values | toPrettyJson | quote }}'),
    Array.from({ length: Math.min(n, 1500) }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
  ],
  'maps in output': (n) => [template(nested('{a: ', '1', '}', n))],
  'lists in output': (n) => [template(`a: ${nested('[', '1', ']', n)}`)],
  'maps in defaults': (n) => [{ ...template('a: {{ len .Values }}'), 'values.yaml': nested('{a: ', '1', '}', n) }],
  'merged maps': (n) => [
    { ...template('a: {{ mergeOverwrite (dict) .Values | toJson | quote }}'), 'values.yaml': nested('{a: ', '2', '}', n) },
    nested('{a: ', '1', '}', n),
  ],
  'a schema of values': (n) => [
    { ...template('a: 1'), 'values.schema.json': nested('{"properties":{"a":', '{}', '}}', Math.ceil(n / 3)) },
    nested('{a: ', '1', '}', n),
  ],
  'a schema of itself': (n) => [
    { ...template('a: 1'), 'values.schema.json': '{"properties":{"a":{"$ref":"#"}}}' },
    nested('{a: ', '1', '}', n),
  ],
  'text as YAML': (n) => [template(`a: {{ fromYaml (printf "%s1%s" (repeat ${n} "{a: ") (repeat ${n} "}")) | toJson | quote }}`)],
  'text as JSON': (n) => [template(`a: {{ fromJson (printf "%s1%s" (repeat ${n} "{\\"a\\":") (repeat ${n} "}")) | toYaml | quote }}`)],
  'a map in itself': () => [template('{{ $d := dict }}{{ $_ := set $d "d" $d }}a: {{ $d | toJson }}')],
  'a copy of a map in itself': () => [template('{{ $d := dict }}{{ $_ := set $d "d" $d }}a: {{ deepCopy $d | len }}')],
  'a map in itself printed': () => [template('{{ $d := dict }}{{ $_ := set $d "d" $d }}a: {{ $d }}')],
  'maps built by range': (n) => [template(`{{ $d := dict }}{{ range until ${n} }}{{ $d = dict "a" $d }}{{ end }}a: {{ toYaml $d | quote }}`)],
  'equal deep maps': (n) => [template(`{{ $d := dict }}{{ $e := dict }}{{ range until ${n} }}{{ $d = dict "a" $d }}{{ $e = dict "a" $e }}{{ end }}a: {{ deepEqual $d $e }}`)],
  'templates that include themselves': (n) => [template(`{{ define "x" }}{{ if gt (int .) 0 }}{{ include "x" (sub (int .) 1) }}{{ end }}{{ end }}a: {{ include "x" ${n} }}`)],
  'templates that call themselves': () => [template('{{ define "x" }}{{ template "x" . }}{{ end }}a: {{ template "x" . }}')],
  'branches in templates that call themselves': (n) => [template(`{{ define "x" }}${nested('{{ if true }}', '{{ template "x" . }}', '{{ end }}', Math.min(n, 190))}{{ end }}{{ template "x" . }}`)],
  'parentheses in templates that include themselves': (n) => [template(`{{ define "x" }}{{ ${nested('(print ', '(include "x" .)', ')', Math.min(n, 190))} }}{{ end }}{{ include "x" . }}`)],
  'deep maps in templates that include themselves': (n) => [
    template('{{ define "x" }}{{ $_ := toYaml .Values | fromYaml | deepCopy | toJson | fromJson | mergeOverwrite (dict) }}{{ include "x" . }}{{ end }}{{ include "x" . }}'),
    nested('{a: ', '1', '}', Math.min(n, 190)),
  ],
  'regular expressions in templates that call themselves': (n) => [template(`{{ define "x" }}{{ $_ := regexMatch "${nested('(', 'a', ')', Math.min(n, 190))}" "a" }}{{ template "x" . }}{{ end }}{{ template "x" . }}`)],
  'tpl in tpl with branches': (n) => [{ ...template('a: {{ tpl .Values.t . }}'), 'values.yaml': `t: '${nested('{{ if true }}', '{{ tpl .Values.t . }}', '{{ end }}', Math.min(n, 190))}'\n` }],
  'tpl in tpl': () => [{ ...template('a: {{ tpl .Values.t . }}'), 'values.yaml': "t: '{{ tpl .Values.t . }}'\n" }],
  'branches in branches': (n) => [template(nested('{{ if true }}', 'a: 1', '{{ end }}', n))],
  'with and range': (n) => [template(nested('{{ with $ }}{{ range list 1 }}', 'a: 1', '{{ end }}{{ end }}', n / 2))],
  'else if': (n) => [template(`{{ if false }}${'{{ else if false }}'.repeat(n)}{{ end }}a: 1`)],
  'parentheses': (n) => [template(`a: {{ ${nested('(', '1', ')', n)} }}`)],
  'calls in calls': (n) => [template(`a: {{ ${nested('(print ', '1', ')', n)} }}`)],
  'a regular expression': (n) => [template(`a: {{ regexMatch "${nested('(', 'a', ')', n)}" "a" }}`)],
};

let count = 0;
let ends = 0;
for (const [kind, input] of Object.entries(KINDS)) {
  for (const depth of [100, 300, 1_000, 3_000, 9_900, 100_000]) {
    let text;
    try {
      text = result(...input(depth));
    } catch (error) {
      console.log(`${kind}, ${depth} levels: ${error}`);
      ends += 1;
      // An engine that has stopped stays so.
      delete require.cache[program];
      ({ Files, Session } = require(program));
      continue;
    }
    assert(text.length > 0, kind);
    // What Helm's own charts need is no error.
    if (depth <= 100 && !/itself|themselves|tpl in tpl/.test(kind)) assert(text.startsWith('---'), `${kind}: ${text.slice(0, 500)}`);
    count += 1;
    if (process.env.SHOW) console.log(`${kind}, ${depth}: ${text.slice(0, 120).replaceAll('\n', ' ')}`);
  }
}
console.log(`${count} deep inputs are a result or an error, ${ends} stop the engine`);
if (ends > 0) process.exit(1);
