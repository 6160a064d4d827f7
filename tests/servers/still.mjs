// Opens a page without scripts in headless Chromium, and prints what was seen as JSON.
// still.mjs PAGE SCREENSHOT-FOLDER
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const require = createRequire(path.join(process.env.BROWSER_MODULES, 'x.js'));
const puppeteer = require('puppeteer-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [file, folder] = process.argv.slice(2);

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
const seen = { console: [], requests: [], dialogs: [], violations: [] };
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1200, height: 900 });
  page.on('console', (message) => seen.console.push(message.text()));
  page.on('pageerror', (error) => seen.console.push(String(error)));
  page.on('dialog', async (dialog) => {
    seen.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  const address = `file://${path.resolve(file)}`;
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address) seen.requests.push(request.url());
  });
  await page.goto(address);
  seen.title = await page.title();
  seen.text = await page.$eval('body', (body) => body.innerText);
  seen.elements = await page.$$eval('body *', (all) => [...new Set(all.map((one) => one.localName))].sort());
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    // Axe is put into the page's own world by the browser, past the page's policy.
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    seen.violations.push(...violations.map(({ id, nodes }) => `${scheme} ${id}: ${nodes[0].html}`));
    if (folder) await page.screenshot({ path: path.join(folder, `${scheme}.png`), fullPage: true });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
