// Uses the page as people do: opens a chart, types values, follows lines, by mouse and by keyboard; takes pictures.
//
// usage: node page.cjs PAGE_HTML ARCHIVE DIRECTORY_FOR_PICTURES
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const [page, archive, pictures] = process.argv.slice(2).map((name) => path.resolve(name));
const WIDTHS = { phone: [390, 844], desktop: [1440, 900] };

async function open(browser, options) {
  const context = await browser.newContext(options);
  // The page needs no network: whatever it asks for is a mistake.
  const asked = [];
  await context.route(/^https?:/, (route) => { asked.push(route.request().url()); return route.abort(); });
  const tab = await context.newPage();
  const errors = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await tab.goto(`file://${page}`);
  return { tab, check: () => assert.deepStrictEqual([errors, asked], [[], []]) };
}

const line = (tab, text) => tab.locator('#lines > div', { hasText: text }).first();

/// Opens the archive and waits until it is rendered.
async function load(tab) {
  await tab.setInputFiles('#file', archive);
  await line(tab, 'kind: Deployment').waitFor();
}

async function use(browser) {
  const { tab, check } = await open(browser, { viewport: { width: 1440, height: 900 } });
  await load(tab);
  assert.match(await tab.textContent('#chart'), /^demo /);

  // A click on a line shows the template line that made it.
  await line(tab, 'replicas: 1').click();
  await tab.locator('#source .current').waitFor();
  assert.match(await tab.textContent('#source-title'), /^demo\/templates\/deployment\.yaml:\d+$/);
  assert.match(await tab.textContent('#source .current'), /replicas: {{/);

  // Values count, and what nobody reads is a finding with its place.
  await tab.fill('#values', 'replicaCount: 3\nimage:\n  tga: "2"\n');
  await line(tab, 'replicas: 3').waitFor();
  await tab.locator('#tab-findings span:has-text("1")').waitFor();
  await tab.click('#tab-findings');
  assert.match(await tab.textContent('#findings'), /image\.tga.*did you mean image\.tag/s);
  await tab.click('#findings .place');
  const marked = await tab.evaluate(() => {
    const values = document.getElementById('values');
    return values.value.slice(values.selectionStart, values.selectionEnd);
  });
  assert.strictEqual(marked, '  tga: "2"');

  // A mistake is told with its place; the last result stays.
  await tab.click('#tab-manifests');
  await tab.fill('#values', 'replicaCount: [\n');
  await tab.locator('#failure').waitFor();
  assert.match(await tab.textContent('#failure'), /Error: failed to parse values\.yaml.*line \d/s);
  await tab.fill('#values', 'image: 1\n');
  await tab.locator('#failure button:visible').click();
  assert.match(await tab.textContent('#source-title'), /templates\/.*:\d+$/);
  await tab.fill('#values', '');
  await tab.locator('#failure').waitFor({ state: 'hidden' });

  // Without a mouse.
  await tab.keyboard.press('Escape');
  assert(!(await tab.isVisible('#source')));
  await tab.focus('#tab-manifests');
  await tab.keyboard.press('ArrowRight');
  assert.strictEqual(await tab.getAttribute('#tab-findings', 'aria-selected'), 'true');
  await tab.keyboard.press('ArrowLeft');
  await tab.focus('#lines');
  for (let step = 0; step < 4; step += 1) await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.locator('#source .current').waitFor();

  // The other Helm, and the bundled chart.
  await tab.selectOption('#helm', '3');
  await line(tab, 'kind: Deployment').waitFor();
  await tab.click('#sample');
  await line(tab, '10.1.2.3').waitFor();
  check();
}

/// What is no chart, and what would never end.
async function hostile(browser) {
  const { tab, check } = await open(browser, {});
  await tab.click('#sample');
  await line(tab, '10.1.2.3').waitFor();
  await tab.setInputFiles('#file', { name: 'x.tgz', mimeType: 'application/gzip', buffer: Buffer.from('no archive') });
  await tab.locator('#failure').waitFor();
  assert.match(await tab.textContent('#failure'), /Error: .*gzipped archive/);
  await tab.fill('#values', `a: ${'{a: '.repeat(9000)}1${'}'.repeat(9000)}`);
  await tab.locator('#failure:has-text("max depth")').waitFor();
  await tab.fill('#values', 'global: {pilotEndpoint: 10.1.2.4}');
  await line(tab, '10.1.2.4').waitFor();
  check();
}

async function look(browser) {
  for (const [name, [width, height]] of Object.entries(WIDTHS)) {
    for (const colorScheme of ['light', 'dark']) {
      const { tab, check } = await open(browser, { viewport: { width, height }, colorScheme });
      await load(tab);
      await tab.fill('#values', 'replicaCount: 3\nimage:\n  tga: "2"\n');
      await line(tab, 'replicas: 3').click();
      await tab.locator('#source .current').waitFor();
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert(!wide, `${name}: the page is wider than the screen`);
      await tab.screenshot({ path: path.join(pictures, `${name}-${colorScheme}.png`) });
      if (colorScheme === 'light') {
        await tab.keyboard.press('Escape');
        await tab.click('#tab-findings');
        await tab.locator('#findings li.warning, #findings li.error').first().waitFor();
        await tab.fill('#values', 'image: 1\n');
        await tab.locator('#failure').waitFor();
        await tab.screenshot({ path: path.join(pictures, `${name}-failure.png`), fullPage: name === 'phone' });
      }
      check();
    }
  }
}

(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
  try {
    await use(browser);
    await hostile(browser);
    await look(browser);
  } finally {
    await browser.close();
  }
  console.log(`the page works; pictures are in ${pictures}`);
})().catch((error) => { console.error(error); process.exit(1); });
