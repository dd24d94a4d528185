'use strict';
const $ = (id) => document.getElementById(id);
const SAMPLE = 'global:\n  pilotEndpoint: 10.1.2.3\n';
/// Milliseconds after the last key until values are rendered.
const PAUSE = 250;
/// Milliseconds that a render may take before it is ended.
const PATIENCE = 30_000;

// The engine, in a thread that can be ended.

let worker;
let waiting = new Map();
let number = 0;
/// What the engine was given last, to give it to the next one.
let chart;

async function engine() {
  const packed = Uint8Array.from(atob($('engine').textContent), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).arrayBuffer();
}

function stop(reason) {
  worker?.terminate();
  worker = undefined;
  for (const { fail } of waiting.values()) fail(reason);
  waiting = new Map();
}

async function started() {
  if (worker) return;
  const code = new Blob([$('glue').textContent, '\n', $('worker').textContent], { type: 'text/javascript' });
  worker = new Worker(URL.createObjectURL(code));
  worker.onmessage = ({ data }) => {
    const { done, fail } = waiting.get(data.id) ?? {};
    waiting.delete(data.id);
    if (data.dead) stop(data.error);
    if ('error' in data) fail?.(data.error);
    else done?.(data.result);
  };
  worker.onerror = (event) => stop(`the engine stopped: ${event.message}`);
  await send('start', { engine: await engine() });
  if (chart) await send(chart.task, chart);
}

function send(task, data) {
  return new Promise((done, fail) => {
    number += 1;
    const id = number;
    const timer = setTimeout(() => stop(`ended after ${PATIENCE / 1000} seconds`), PATIENCE);
    const settle = (next) => (value) => { clearTimeout(timer); next(value); };
    waiting.set(id, { done: settle(done), fail: settle(fail) });
    worker.postMessage({ ...data, task, id });
  });
}

async function ask(task, data = {}) {
  await started();
  return send(task, data);
}

// The chart.

async function open(next, title) {
  try {
    await started();
    const { name, version } = await send(next.task, next);
    chart = next;
    $('chart').textContent = `${name} ${version} (${title})`;
    const defaults = await ask('source', { path: `${name}/values.yaml` });
    $('defaults').hidden = defaults === undefined;
    $('defaults').querySelector('pre').textContent = defaults ?? '';
    hideSource();
    await render();
  } catch (error) {
    fail({ text: `Error: ${error}` });
  }
}

async function openFile(file) {
  if (file) await open({ task: 'archive', bytes: await file.arrayBuffer() }, file.name);
}

$('file').onchange = () => openFile($('file').files[0]);
$('sample').onclick = () => {
  $('values').value = SAMPLE;
  open({ task: 'bundled', name: 'istio-remote' }, 'bundled');
};
const drop = $('drop');
for (const event of ['dragenter', 'dragover']) {
  document.addEventListener(event, (e) => { e.preventDefault(); drop.classList.add('over'); });
}
for (const event of ['dragleave', 'drop']) {
  document.addEventListener(event, (e) => { e.preventDefault(); drop.classList.remove('over'); });
}
document.addEventListener('drop', (event) => openFile(event.dataTransfer?.files[0]));

// Values and options.

let timer;
for (const id of ['values', 'name', 'namespace', 'helm', 'crds']) {
  $(id).addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(render, PAUSE); });
}

function question() {
  return JSON.stringify({
    helm: $('helm').value,
    name: $('name').value,
    namespace: $('namespace').value,
    includeCrds: $('crds').checked,
    values: [{ file: ['values.yaml', $('values').value] }],
  });
}

// What comes of it.

let answer;
/// Renders that were asked for, of which only the last counts.
let asked = 0;

async function render() {
  if (!chart) return;
  asked += 1;
  const own = asked;
  const since = performance.now();
  const text = question();
  try {
    const rendered = await ask('render', { question: text });
    if (own !== asked) return;
    fail(rendered.failure && { ...rendered.failure, text: `Error: ${rendered.failure.text}` });
    if (!rendered.failure) show(rendered);
    const took = Math.round(performance.now() - since);
    const said = [...rendered.warnings, rendered.failure ? 'not rendered' : `rendered in ${took} ms`];
    $('status').textContent = said.join(' · ');
    const findings = await ask('validate', { question: text });
    if (own === asked) showFindings(findings);
  } catch (error) {
    if (own === asked) fail({ text: String(error) });
  }
}

function fail(failure) {
  const box = $('failure');
  box.hidden = !failure;
  if (!failure) return;
  box.querySelector('pre').textContent = failure.text;
  const button = box.querySelector('button');
  button.hidden = !failure.source;
  if (!failure.source) return;
  const { template, line } = failure.source;
  button.textContent = `Show ${template}, line ${line}`;
  button.onclick = () => showSource(template, line);
}

function show(next) {
  answer = next;
  const lines = answer.manifests.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const rows = lines.map((text, index) => {
    const row = document.createElement('div');
    row.id = `line-${index + 1}`;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', 'false');
    if (!answer.lines[index]?.[0]) row.className = 'frame';
    row.dataset.line = index + 1;
    row.textContent = text;
    return row;
  });
  $('lines').replaceChildren(...rows);
  $('lines').removeAttribute('aria-activedescendant');
  current = undefined;
  $('tab-manifests').querySelector('span').textContent = answer.count;
  $('notes').querySelector('pre').textContent = answer.notes.join('\n');
  $('tab-notes').querySelector('span').textContent = answer.notes.length || '';
}

let current;

function choose(row) {
  if (!row) return;
  current?.classList.remove('current');
  current?.setAttribute('aria-selected', 'false');
  current = row;
  row.classList.add('current');
  row.setAttribute('aria-selected', 'true');
  row.scrollIntoView({ block: 'nearest' });
  $('lines').setAttribute('aria-activedescendant', row.id);
}

function follow(row) {
  choose(row);
  const [template, line] = answer.lines[Number(row.id.slice('line-'.length)) - 1] ?? [0, 0];
  if (template) showSource(answer.templates[template - 1], line);
  else $('status').textContent = 'Helm writes this line itself';
}

$('lines').onclick = (event) => {
  const row = event.target.closest('#lines > div');
  if (row) follow(row);
};
$('lines').onkeydown = (event) => {
  const rows = $('lines').children;
  const at = current ? [...rows].indexOf(current) : -1;
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -rows.length, End: rows.length };
  if (event.key in steps) {
    choose(rows[Math.max(0, Math.min(rows.length - 1, at + steps[event.key]))]);
  } else if ((event.key === 'Enter' || event.key === ' ') && current) {
    follow(current);
  } else {
    return;
  }
  event.preventDefault();
};

// Where things come from.

async function showSource(path, line) {
  const text = await ask('source', { path });
  if (text === undefined) {
    $('status').textContent = `${path} has no text here`;
    return;
  }
  const rows = text.split('\n').map((content, index) => {
    const row = document.createElement('div');
    row.dataset.line = index + 1;
    row.textContent = content;
    if (index + 1 === line) row.className = 'current';
    return row;
  });
  $('source-title').textContent = `${path}:${line}`;
  $('source').querySelector('pre').replaceChildren(...rows);
  $('source').hidden = false;
  rows[line - 1]?.scrollIntoView({ block: 'center' });
  $('status').textContent = `from ${path}, line ${line}`;
}

function hideSource() { $('source').hidden = true; }
$('close').onclick = () => { hideSource(); $('lines').focus(); };
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hideSource(); });

function showFindings(findings) {
  $('tab-findings').querySelector('span').textContent = findings.length || '';
  const items = findings.map((finding) => {
    const item = document.createElement('li');
    item.className = finding.severity;
    const message = document.createElement('p');
    const severity = document.createElement('b');
    severity.textContent = finding.severity;
    message.append(severity, ` ${finding.message}`);
    item.append(message);
    if (finding.suggestion) {
      const suggestion = document.createElement('p');
      suggestion.textContent = finding.suggestion;
      item.append(suggestion);
    }
    if (finding.file) {
      const place = document.createElement('button');
      place.type = 'button';
      place.className = 'place';
      place.textContent = `${finding.file}:${finding.line}`;
      place.onclick = () => goTo(finding);
      item.append(place);
    }
    return item;
  });
  if (items.length === 0) {
    const item = document.createElement('li');
    item.textContent = 'Nothing is wrong with these values.';
    items.push(item);
  }
  $('findings').querySelector('ul').replaceChildren(...items);
}

function goTo({ file, line }) {
  if (file !== 'values.yaml') {
    showSource(file, line);
    return;
  }
  const values = $('values');
  const lines = values.value.split('\n');
  const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  values.focus();
  values.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
}

// Tabs.

const tabs = [...document.querySelectorAll('[role=tab]')];

function select(tab) {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', chosen);
    other.tabIndex = chosen ? 0 : -1;
    $(other.getAttribute('aria-controls')).hidden = !chosen;
  }
}

for (const [at, tab] of tabs.entries()) {
  tab.onclick = () => select(tab);
  tab.onkeydown = ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    select(next);
    next.focus();
  };
}
