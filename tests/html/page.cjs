// Opens a page, filters, expands, takes pictures. The argument is the directory of page.html.
"use strict";
const assert = require("node:assert");
const { chromium } = require("playwright-core");

const dir = process.argv[2];
const WIDTHS = { phone: [390, 844], tablet: [820, 1180], desktop: [1440, 900] };

async function open(browser, file, options) {
  const context = await browser.newContext(options);
  // The page needs no network: whatever it asks for is a mistake.
  const asked = [];
  await context.route(/^https?:/, (route) => { asked.push(route.request().url()); return route.abort(); });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`file://${dir}/${file}`);
  return { page, check: () => assert.deepStrictEqual([errors, asked], [[], []]) };
}

const visible = (page) => page.locator(".resource:visible").count();

async function filters(browser) {
  const { page, check } = await open(browser, "page.html", { viewport: { width: 1440, height: 900 } });
  const all = await visible(page);
  assert(all >= 5, `${all} resources`);
  await page.click(".chip.added");
  const left = await visible(page);
  const added = await page.locator(".resource.added").count();
  assert.strictEqual(left, all - added);
  assert.match(await page.textContent("#shown"), new RegExp(`${left} of ${all} shown`));
  await page.click(".chip.added");
  await page.selectOption("#kind", "Secret");
  assert.strictEqual(await visible(page), await page.locator('.resource[data-kind="Secret"]').count());
  await page.selectOption("#kind", "");
  await page.fill("#find", "no such name");
  assert.strictEqual(await visible(page), 0);
  assert(await page.isVisible("#none"));
  await page.fill("#find", "");
  assert.strictEqual(await visible(page), all);

  await page.click("#all");
  assert.strictEqual(await page.locator(".resource[open]").count(), all);
  assert.strictEqual(await page.textContent("#all"), "Collapse all");
  const gap = page.locator(".gap").first();
  const before = await page.locator(".row:visible").count();
  await gap.locator("summary").click();
  assert(await page.locator(".row:visible").count() > before, "a gap opens");
  await page.click("#all");
  assert.strictEqual(await page.locator(".resource[open]").count(), 0);
  await page.focus(".resource summary");
  await page.keyboard.press("Enter");
  assert.strictEqual(await page.locator(".resource[open]").count(), 1);
  await page.click(".findings a");
  assert.strictEqual(await page.locator(".resource:target[open]").count(), 1);
  const text = await page.content();
  for (const secret of ["hunter2", "aHVudGVyMg", "s3cr3t", "c3Jjcj"]) assert(!text.includes(secret), secret);
  check();
}

async function pictures(browser) {
  for (const [name, [width, height]] of Object.entries(WIDTHS)) {
    for (const colorScheme of ["light", "dark"]) {
      const phone = name === "phone";
      const options = { viewport: { width, height }, colorScheme, isMobile: phone, hasTouch: phone };
      const { page, check } = await open(browser, "page.html", options);
      await page.screenshot({ path: `${dir}/${name}-${colorScheme}.png` });
      await page.click("#all");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert(overflow <= 0, `${name}: the page is ${overflow} pixels too wide`);
      for (const fields of await page.locator(".fields > summary").all()) await fields.click();
      await page.evaluate(() => window.scrollTo(0, 0));
      await page.screenshot({ path: `${dir}/${name}-${colorScheme}-open.png`, fullPage: true });
      check();
    }
  }
  const { page, check } = await open(browser, "nothing.html", { viewport: { width: 820, height: 600 } });
  assert.match(await page.textContent("main"), /Nothing changes/);
  await page.screenshot({ path: `${dir}/nothing.png` });
  check();
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  try {
    await filters(browser);
    await pictures(browser);
  } finally {
    await browser.close();
  }
  console.log(`the page filters, opens and fits; pictures are in ${dir}`);
})().catch((error) => { console.error(error); process.exit(1); });
