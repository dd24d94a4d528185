// Opens pages of the book at two widths: nothing reaches beyond the screen, search finds rules and flags, the playground
// starts. Takes pictures. The arguments are the directory of the book and one for pictures.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const { chromium } = require("playwright-core");

const [book, pictures] = process.argv.slice(2);
const WIDTHS = { phone: [390, 844], desktop: [1440, 900] };
const PAGES = ["index", "helm", "ci", "commands", "rules", "validate", "compatibility", "playground", "architecture"];

async function open(browser, page, [width, height], scheme) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  // The book needs no network: whatever it asks for is a mistake.
  const asked = [];
  await context.route(/^https?:/, (route) => { asked.push(route.request().url()); return route.abort(); });
  const tab = await context.newPage();
  const errors = [];
  tab.on("pageerror", (error) => errors.push(String(error)));
  await tab.goto(`file://${book}/${page}.html`);
  return { tab, check: () => assert.deepStrictEqual([errors, asked], [[], []], page) };
}

async function fits(browser) {
  for (const [name, size] of Object.entries(WIDTHS)) {
    for (const page of PAGES) {
      const scheme = page === "rules" ? "dark" : "light";
      const { tab, check } = await open(browser, page, size, scheme);
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert(wide <= 0, `${page} is ${wide} pixels wider than a ${name}`);
      assert((await tab.textContent("main h1")).length > 0, page);
      await tab.screenshot({ path: `${pictures}/${page}-${name}.png` });
      check();
      await tab.context().close();
    }
  }
}

async function searches(browser) {
  const { tab, check } = await open(browser, "index", WIDTHS.desktop, "light");
  for (const [words, address] of [
    ["unknown-value", "rules.html#unknown-value"],
    ["create-namespace", "commands.html#"],
    ["helmfile", "ci.html#helmfile"],
  ]) {
    await tab.keyboard.press("s");
    await tab.fill("#mdbook-searchbar", "");
    // Results come while one types.
    await tab.locator("#mdbook-searchbar").pressSequentially(words);
    await tab.waitForSelector("#mdbook-searchresults li a");
    const found = await tab.locator("#mdbook-searchresults li a").evaluateAll((links) => links.map((a) => a.href));
    assert(found.some((link) => link.replace(/\?[^#]*/, "").includes(address)), `${words}: ${found}`);
    await tab.screenshot({ path: `${pictures}/search-${words}.png` });
    await tab.keyboard.press("Escape");
  }
  check();
}

async function plays(browser) {
  const { tab } = await open(browser, "playground", WIDTHS.desktop, "light");
  const frame = tab.frameLocator("iframe.renderer");
  await frame.locator("body").waitFor();
  assert((await frame.locator("body").innerText()).length > 0, "the playground is empty");
  await tab.waitForTimeout(1500);
  await tab.screenshot({ path: `${pictures}/playground-desktop.png` });
}

(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  await fits(browser);
  await searches(browser);
  await plays(browser);
  await browser.close();
  console.log(`${PAGES.length} pages at ${Object.keys(WIDTHS).length} widths, search and playground: pictures in ${pictures}`);
})();
