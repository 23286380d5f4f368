// Opens HTML reports in a real headless Chromium: `node browser.mjs CHROMIUM NODE_MODULES SMALL.html LARGE.html`.
//
// Looks at accessibility (axe, light and dark), at what a keyboard reaches, at search and filters, at print, at the page
// without scripts, at what the page fetches (nothing), and at how long 10,000 findings take to open.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [chromium, modules, small, large] = process.argv.slice(2);
const { chromium: driver } = createRequire(join(modules, "x.js"))("playwright-core");
const axe = readFileSync(join(modules, "axe-core", "axe.min.js"), "utf8");
const OPENS_WITHIN_MS = 2000;

let passed = 0;
let failed = 0;
function check(name, holds, more = "") {
  holds ? (passed += 1) : (failed += 1);
  if (!holds) console.log(`error: ${name} ${more}`);
}

const browser = await driver.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});

async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const said = [];
  const asked = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { context, page, said, asked };
}

async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.map((one) => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary}`);
}

for (const colorScheme of ["light", "dark"]) {
  // axe is injected from outside: only this context lets it through the page's own policy.
  const { context, page } = await open(small, { colorScheme, bypassCSP: true });
  check(`axe, ${colorScheme}`, (await violations(page)).length === 0, (await violations(page)).join("\n"));
  await page.click("#open");
  check(`axe, ${colorScheme}, all open`, (await violations(page)).length === 0, (await violations(page)).join("\n"));
  const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check(`the page is ${colorScheme}`, (back === "rgb(255, 255, 255)") === (colorScheme === "light"), back);
  await context.close();
}

{
  const { context, page, said, asked } = await open(small);
  const total = await page.locator(".rows > li").count();
  const shown = () => page.locator(".rows > li:not([hidden])").evaluateAll((all) => all.filter((row) => !row.closest("[hidden]")).length);
  const status = () => page.locator("#count").innerText();
  check("there are results", total > 10);
  check("all are counted", (await status()) === `${total} results`, await status());

  await page.keyboard.press("Tab");
  check("the first stop of the keyboard skips to the results", (await page.evaluate(() => document.activeElement.className)) === "skip");
  await page.keyboard.press("Tab");
  if ((await page.evaluate(() => document.activeElement.id)) !== "query") await page.keyboard.press("Tab");
  check("then comes the search", (await page.evaluate(() => document.activeElement.id)) === "query");
  await page.keyboard.type("kms");
  await page.waitForTimeout(400);
  const found = await shown();
  check("search narrows", found > 0 && found < total, `${found} of ${total}`);
  check("and says so", (await status()) === `${found} of ${total} results`, await status());
  await page.keyboard.type(" no-such-thing");
  await page.waitForTimeout(400);
  check("search can find nothing", (await shown()) === 0);
  await page.click("button[type=reset]");
  await page.waitForTimeout(100);
  check("reset shows all", (await shown()) === total);

  const high = page.getByRole("checkbox", { name: "high" });
  await high.focus();
  await page.keyboard.press("Space");
  const rest = await shown();
  check("a filter takes its level away", rest === total - (await page.locator("[data-level=high] .rows > li").count()), `${rest}`);
  await page.keyboard.press("Space");

  const group = page.locator(".group > details").first();
  await group.locator("> summary").focus();
  await page.keyboard.press("Enter");
  check("a group opens and closes by the keyboard", await group.evaluate((details) => details.open !== undefined));
  await page.click("#open");
  const row = page.locator(".rows > li > details").first();
  check("open all opens rows", await row.evaluate((details) => details.open));
  check("a row shows the source", (await page.locator(".rows pre mark").count()) > 0);
  await row.locator("> summary").focus();
  await page.keyboard.press("Enter");
  check("Enter closes a row", !(await row.evaluate((details) => details.open)));
  check("results have a heading for each group", (await page.getByRole("heading", { level: 2 }).count()) >= (await page.locator(".group").count()));
  check("the filter is a search landmark", (await page.getByRole("search").count()) === 1);
  check("the count is announced", (await page.getByRole("status").count()) === 1);

  await page.emulateMedia({ media: "print" });
  check("the filter is not printed", !(await page.locator("#filter").isVisible()));
  check("the source is printed", await page.locator(".rows pre").last().isVisible());
  const pdf = await page.pdf();
  check("it prints", pdf.length > 10_000, `${pdf.length}`);
  check("nothing is said on the console", said.length === 0, said.join("\n"));
  check("nothing is fetched", asked.length === 1, asked.join(" "));
  const refused = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.broken = true";
    document.body.append(script);
    return window.broken !== true;
  });
  check("the policy refuses another script", refused);
  await context.close();
}

{
  const { context, page } = await open(small, { javaScriptEnabled: false });
  check("without scripts the filter is hidden", !(await page.locator("#filter").isVisible()));
  check("without scripts the results are there", (await page.locator(".group").first().innerText()).length > 0);
  await context.close();
}

{
  const times = [];
  let rows = 0;
  for (let run = 0; run < 5; run += 1) {
    const { context, page } = await open("/dev/null");
    const begun = performance.now();
    await page.goto(pathToFileURL(large).href, { waitUntil: "load" });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    times.push(Math.round(performance.now() - begun));
    if (run === 0) {
      rows = await page.locator(".rows > li").count();
      const before = performance.now();
      await page.fill("#query", "number_77");
      await page.waitForFunction(() => document.getElementById("count").textContent.includes(" of "), null, { timeout: 30_000 });
      console.log(`search in ${rows} results: ${Math.round(performance.now() - before)} ms, ${await page.locator("#count").innerText()}`);
    }
    await context.close();
  }
  console.log(`${rows} results open in ${times.join(", ")} ms`);
  check("there are 10,000 findings", rows >= 10_000, `${rows}`);
  check(`10,000 findings open in ${OPENS_WITHIN_MS} ms`, Math.min(...times) < OPENS_WITHIN_MS, times.join(", "));
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
