// Opens a page in headless Chromium as somebody would, and prints what was seen as JSON.
// browser.mjs PAGE SCREENSHOT-FOLDER
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
const seen = { console: [], requests: [], violations: {}, dialogs: [] };
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
  // Axe is put into the page's own world by the browser, past the page's policy.
  const look = async (name) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    seen.violations[name] = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
  };
  await page.goto(address);
  await page.waitForSelector('#count:not(:empty)');
  const text = (selector) => page.$eval(selector, (element) => element.textContent);
  const count = () => text('#count');
  seen.title = await page.title();
  seen.count = await count();
  seen.elements = await page.$$eval('body *', (all) => [...new Set(all.map((one) => one.localName))].sort());
  seen.nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  const texts = (selector) => page.$$eval(selector, (all) => all.map((one) => one.textContent));
  const isPlan = Boolean(await page.$('#list'));
  await look('overview');
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await look('dark');
  await page.emulateMediaFeatures([]);

  if (isPlan) {
    seen.applications = await texts('#applications h3');
    seen.runs = await texts('#runs p');
    seen.open = await texts('#open > li');
    seen.departments = await texts('#department option');
    seen.results = await texts('#result option');
    seen.rows = (await page.$$('#list .row')).length;
    // The list: its end, a kind, words.
    await page.$eval('#list', (list) => { list.scrollTop = list.scrollHeight; });
    await page.waitForFunction(() => {
      const last = [...document.querySelectorAll('#list .row')].at(-1);
      return !last || last.getAttribute('aria-posinset') === last.getAttribute('aria-setsize');
    });
    seen.last = await page.$$eval('#list .row', (rows) => rows.at(-1)?.textContent ?? '');
    const kinds = await page.$$eval('#kind option', (options) => options.map((option) => option.value).filter(Boolean));
    seen.kinds = {};
    for (const kind of kinds) {
      await page.select('#kind', kind);
      seen.kinds[kind] = await count();
    }
    await page.select('#kind', '');
    if (seen.departments.length > 1) {
      await page.select('#department', seen.departments[1]);
      seen.in_department = await count();
      await page.select('#department', '');
    }
    await page.keyboard.press('/');
    seen.focus = await page.evaluate(() => document.activeElement.id);
    const first = await page.$eval('#list .row a', (link) => link.textContent);
    const sought = first.split(/\s+/)[0].slice(0, 12);
    await page.keyboard.type(sought);
    await page.waitForFunction((text) => document.getElementById('count').dataset.sought === text, {}, sought);
    seen.found = await count();
    seen.nodes_found = await page.evaluate(() => document.querySelectorAll('*').length);

    // A person and a rule, by the keyboard, and back.
    await page.focus('#list .row a');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#detail:not([hidden]) h2');
    seen.person = await text('#detail');
    await look('person');
    const rule = await page.$('#detail table a');
    if (rule) {
      await rule.click();
      await page.waitForFunction(() => location.hash.startsWith('#rule/'));
      seen.rule = await text('#detail');
      await look('rule');
    }
    await page.keyboard.press('Escape');
    await page.waitForSelector('#overview:not([hidden])');
  } else {
    seen.tables = await texts('section h2');
    seen.headings = await texts('th');
    seen.lines = await page.$$eval('tbody tr', (rows) => rows.slice(0, 300).map((row) => [...row.cells].map((cell) => cell.innerText)));
    seen.rows = (await page.$$('tbody tr')).length;
    const choice = await page.$eval('select', (select) => [select.id, select.options[1]?.value]).catch(() => []);
    if (choice[1]) {
      await page.select(`#${choice[0]}`, choice[1]);
      seen.chosen = `${choice[1]}: ${await count()}`;
      await page.select(`#${choice[0]}`, '');
    }
    await page.keyboard.press('/');
    seen.focus = await page.evaluate(() => document.activeElement.id);
    await page.keyboard.type('zzz');
    await page.waitForFunction(() => document.getElementById('count').dataset.sought === 'zzz');
    seen.found = await count();
    await page.keyboard.press('Escape');
    const more = await page.$('button:not([hidden])');
    if (more) await more.click();
  }
  await page.emulateMediaType('print');
  seen.printed = await page.$eval('form', (form) => getComputedStyle(form).display);
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
