// The site of the sample, opened from disk in headless Chromium as an auditor would open it:
// no server, no network, by mouse and by keyboard, in light and dark, on paper, without script.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const site = process.env.SITE;
assert.ok(site && statSync(site).isDirectory(), 'SITE names the folder of the site');
const address = (page) => pathToFileURL(path.join(site, page)).href;

const main = [
  'index.html', 'register.html', 'clauses.html', 'clauses/8.5.1.1.html', 'documents/POL-CHG-001.html',
  'documents/PRC-SEC-002.html', 'documents/WIN-OPS-099.html', 'documents/REC-AUD-2026-002.html',
  'hierarchy.html', 'smp.html', 'scope.html', 'mandatory.html', 'roles.html', 'services.html',
  'external.html', 'checks.html', 'rules/index.html', 'rules/dead-link.html', 'glossary.html',
  'search.html', 'integrity.html', 'reviews.html', 'waivers.html', 'obsolete.html', 'verify.html',
  'changes.html', 'as-of/2026-08-12.html', 'since/2026-08-12.html', 'history/POL-CHG-001.html', 'history/WIN-OPS-099.html',
];

const everyPage = (folder = '') =>
  readdirSync(path.join(site, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const inside = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return everyPage(inside);
      return inside.endsWith('.html') ? [inside] : [];
    })
    .sort();

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--no-first-run',
    ],
  });
});
after(() => browser?.close());

// Opens a page and collects what an auditor must never see: messages of the console, and requests
// that leave the folder of the site.
async function open(page, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  const trouble = [];
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(`${page}: ${message.text()}`);
  });
  tab.on('pageerror', (error) => trouble.push(`${page}: ${error.message}`));
  tab.on('request', (request) => {
    if (!request.url().startsWith(pathToFileURL(site).href)) trouble.push(`${page} asks for ${request.url()}`);
  });
  tab.on('requestfailed', (request) => trouble.push(`${page} misses ${request.url()}`));
  await tab.goto(address(page));
  return { tab, trouble, close: () => context.close() };
}

describe('every page', () => {
  test('opens from disk without a message and without a request off the site', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    const trouble = [];
    let current = '';
    tab.on('console', (message) => trouble.push(`${current}: ${message.text()}`));
    tab.on('pageerror', (error) => trouble.push(`${current}: ${error.message}`));
    tab.on('requestfailed', (request) => trouble.push(`${current} misses ${request.url()}`));
    tab.on('request', (request) => {
      if (!request.url().startsWith(pathToFileURL(site).href)) trouble.push(`${current} asks for ${request.url()}`);
    });
    for (current of everyPage()) await tab.goto(address(current));
    await context.close();
    assert.deepEqual(trouble, []);
  });

  test('is valid HTML', async () => {
    const loader = new FileSystemConfigLoader({
      root: true,
      extends: ['html-validate:recommended'],
      rules: {
        // Anchors are made as GitHub makes them, and may begin with a digit.
        'valid-id': ['error', { relaxed: true }],
        // Blanks at the end of a line of a quoted file are the file's.
        'no-trailing-whitespace': 'off',
        'long-title': 'off',
      },
    });
    const validator = new HtmlValidate(loader);
    const wrong = [];
    for (const page of everyPage()) {
      const report = await validator.validateString(readFileSync(path.join(site, page), 'utf8'), page);
      for (const result of report.results) {
        for (const message of result.messages) {
          wrong.push(`${page}:${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
        }
      }
    }
    assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} messages`);
  });
});

describe('the main pages', () => {
  for (const colorScheme of ['light', 'dark']) {
    test(`have nothing that axe objects to at WCAG 2.2 AA, ${colorScheme}`, async () => {
      const wrong = [];
      for (const page of main) {
        const { tab, close } = await open(page, { colorScheme });
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const { violations } = await new AxeBuilder({ page: tab }).withTags(tags).analyze();
        for (const violation of violations) {
          wrong.push(`${page}: ${violation.id}: ${violation.nodes[0].html.slice(0, 160)}`);
        }
        await close();
      }
      assert.deepEqual(wrong, []);
    });
  }

  for (const [name, width] of [['telephone', 390], ['tablet', 768], ['small screen', 1024]]) {
    test(`do not scroll sideways on a ${name}`, async () => {
      const wide = [];
      for (const page of main) {
        const { tab, close } = await open(page, { viewport: { width, height: 844 } });
        const [content, window] = await tab.evaluate(() => [
          document.documentElement.scrollWidth, document.documentElement.clientWidth,
        ]);
        if (content > window) wide.push(`${page}: ${content} px in ${window}`);
        await close();
      }
      assert.deepEqual(wide, []);
    });
  }

  test('say who, which commit and which day, on every one of them', async () => {
    for (const page of main) {
      const { tab, close } = await open(page);
      const plate = await tab.locator('header.plate').innerText();
      assert.match(plate, /Brightmoor Managed Services Ltd/, page);
      assert.match(plate, /2026-10-15/, page);
      assert.match(await tab.locator('footer').innerText(), /[0-9a-f]{40}/, page);
      await close();
    }
  });

  test('can be reached and used by keyboard alone', async () => {
    for (const page of ['index.html', 'documents/POL-CHG-001.html', 'search.html']) {
      const { tab, close } = await open(page);
      const wanted = await tab.evaluate(() => {
        const reachable = 'a[href], button, input:not([type=radio]), [tabindex="0"], summary';
        return [...document.querySelectorAll(reachable)].filter((e) => e.checkVisibility()).length;
      });
      const seen = new Set();
      for (let i = 0; i < wanted + 30; i += 1) {
        await tab.keyboard.press('Tab');
        const at = await tab.evaluate(() => {
          const active = document.activeElement;
          if (!active || active === document.body || active.type === 'radio') return null;
          const style = getComputedStyle(active);
          const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
          const place = [...document.querySelectorAll('*')].indexOf(active);
          return { place, shown, html: active.outerHTML.slice(0, 120) };
        });
        if (!at) continue;
        assert.ok(at.shown, `${page}: the focus is not to be seen on ${at.html}`);
        seen.add(at.place);
      }
      assert.ok(seen.size >= wanted, `${page}: ${seen.size} of ${wanted} reached`);
      await close();
    }
  });
});

describe('the search', () => {
  for (const [what, word, expected] of [
    ['a clause', '8.5.1.1', 'clauses/8.5.1.1.html'],
    ['an id', 'POL-CHG-001', 'documents/POL-CHG-001.html'],
    ['the beginning of an id', 'pol-ch', 'documents/POL-CHG-001.html'],
    ['a word', 'emergency', 'documents/PRO-CHG-002.html'],
  ]) {
    test(`finds ${what}`, async () => {
      const { tab, trouble, close } = await open('search.html');
      await tab.getByRole('searchbox').fill(word);
      await tab.locator('#Results a').first().waitFor();
      const links = await tab.locator('#Results a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      assert.ok(links.some((link) => link.startsWith(expected)), `${word}: ${links.slice(0, 5)}`);
      assert.deepEqual(trouble, []);
      await close();
    });
  }

  test('says so when it finds nothing', async () => {
    const { tab, close } = await open('search.html');
    await tab.getByRole('searchbox').fill('qqqqqq');
    await tab.waitForFunction(() => /nothing|no /i.test(document.getElementById('Found').textContent));
    await close();
  });
});

describe('the history of a document', () => {
  test('is a picture with words, and a redline that is read without colour and without script', async () => {
    const { tab, close } = await open('history/POL-CHG-001.html', { javaScriptEnabled: false });
    const picture = tab.getByRole('img', { name: /POL-CHG-001 in force/ });
    assert.ok(await picture.isVisible());
    assert.match(await picture.locator('desc').textContent(), /Version 2\.0 in force from 2026-05-18/);
    assert.ok((await tab.locator('.redline del').count()) > 0);
    const struck = await tab.locator('.redline del').first().evaluate((e) => getComputedStyle(e).textDecorationLine);
    assert.match(struck, /line-through/);
    await close();
  });
});

describe('the register and the clause table', () => {
  test('filter by state without a line of script', async () => {
    const { tab, close } = await open('register.html', { javaScriptEnabled: false });
    const visible = () => tab.locator('#Register tbody tr:visible').count();
    const all = await visible();
    assert.ok(all >= 55, `${all} rows`);
    await tab.locator('.filters label', { hasText: 'withdrawn' }).click();
    assert.equal(await visible(), 1);
    assert.match(await tab.locator('#Register tbody tr:visible').innerText(), /WIN-OPS-099/);
    await close();
  });

  test('filter by text and sort', async () => {
    const { tab, close } = await open('register.html');
    await tab.getByRole('searchbox').fill('emergency');
    assert.equal(await tab.locator('#Register tbody tr:visible').count(), 1);
    await tab.getByRole('searchbox').fill('');
    const first = () => tab.locator('#Register tbody tr:visible').first().innerText();
    const before = await first();
    const head = tab.locator('#Register thead a.sort, #Register thead button.sort').first();
    await head.click();
    if ((await first()) === before) await head.click();
    assert.notEqual(await first(), before);
    await tab.setViewportSize({ width: 390, height: 844 });
    await tab.locator('#Register').getByRole('button', { name: 'Approver' }).click();
    const approvers = await tab.locator('#Register tbody tr:visible [data-label=Approver]').allInnerTexts();
    assert.ok(new Set(approvers).size > 2);
    assert.deepEqual(approvers, [...approvers].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
    await close();
  });

  test('sort clauses flat by anything but their number, and by it as a tree', async () => {
    const { tab, trouble, close } = await open('clauses.html');
    const table = tab.locator('.clause-table table').first();
    const texts = (cells) => table.locator(`tbody tr:visible ${cells}`).allInnerTexts();
    const numbers = () => texts('.num-cell');
    const headings = () => table.locator('tbody tr.heading:visible').count();
    const sort = async (name) => {
      const head = table.getByRole('columnheader', { name });
      await head.getByRole('button').focus();
      await tab.keyboard.press('Enter');
      return head.getAttribute('aria-sort');
    };
    const [tree, over] = [await numbers(), await headings()];
    assert.ok(over > 0);
    assert.equal(await sort('Level'), 'ascending');
    assert.equal(await headings(), 0);
    const levels = await texts('td:nth-child(3)');
    assert.deepEqual(levels, [...levels].sort());
    assert.equal(await sort('Newest'), 'ascending');
    assert.equal(await sort('Newest'), 'descending');
    const days = (await texts('td.date')).map((day) => day.replace(/^Newest\s*/, '')).filter((day) => /^\d/.test(day));
    assert.ok(days.length > 1);
    assert.deepEqual(days, [...days].sort().reverse());
    assert.equal(await sort('Clause'), 'ascending');
    assert.deepEqual(await numbers(), tree);
    assert.equal(await headings(), over);
    assert.equal(await sort('Clause'), 'descending');
    assert.equal(await headings(), 0);
    assert.equal((await numbers()).length, tree.length - over);
    assert.deepEqual(trouble, []);
    await close();
  });

  test('filter clauses by text and level together', async () => {
    const { tab, close } = await open('clauses.html');
    const section = tab.locator('.clause-table').first();
    const rows = section.locator('tbody tr:visible');
    const find = section.getByRole('searchbox');
    const all = await rows.count();
    await find.fill('8.5.1.');
    const some = await rows.count();
    assert.ok(some > 1 && some < all, `${some} of ${all}`);
    await find.fill('pol-chg-001');
    assert.ok((await rows.count()) > 0);
    for (const ids of await rows.allInnerTexts()) assert.match(ids, /POL-CHG-001/);
    await find.fill('');
    await section.locator('.filters label', { hasText: 'approved' }).click();
    const atLevel = await rows.count();
    await find.fill('8.');
    const both = await rows.count();
    assert.ok(both > 0 && both < atLevel, `${both} of ${atLevel}`);
    for (const row of await rows.all()) assert.equal(await row.getAttribute('data-level'), '2');
    await section.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
    assert.equal(await rows.count(), both);
    await find.fill('no clause is called so');
    assert.equal(await rows.count(), 0);
    await close();
  });

  test('filter clauses by level', async () => {
    const { tab, close } = await open('clauses.html', { javaScriptEnabled: false });
    const visible = () => tab.locator('tbody tr:visible').count();
    const all = await visible();
    assert.ok(all >= 80, `${all} rows`);
    await tab.locator('.filters label').nth(1).click();
    assert.ok((await visible()) < all);
    await close();
  });
});

describe('a document', () => {
  test('is whole without script', async () => {
    const { tab, close } = await open('documents/POL-CHG-001.html', { javaScriptEnabled: false });
    const text = await tab.locator('main').innerText();
    for (const part of [/POL-CHG-001/, /Change Management Policy/, /tomasz\.brandt/i, /2026-05-11/, /verified/i]) {
      assert.match(text, part);
    }
    await close();
  });

  test('carries id, version and the warning about copies on paper', async () => {
    const { tab, close } = await open('documents/POL-CHG-001.html');
    await tab.emulateMedia({ media: 'print' });
    const head = tab.locator('.print-head');
    assert.ok(await head.isVisible());
    const text = await head.innerText();
    assert.match(text, /POL-CHG-001/);
    assert.match(text, /2\.0/);
    assert.match(text, /2026-10-15/);
    assert.ok(!(await tab.locator('nav.sitenav').isVisible()));
    const css = readFileSync(path.join(site, 'site.css'), 'utf8');
    assert.match(css, /uncontrolled when printed/i);
    await close();
  });

  test('that is not in force says so first', async () => {
    const draft = await open('documents/PRC-SEC-002.html');
    assert.match(await draft.tab.locator('main').innerText(), /in review|not (yet )?(in force|approved)/i);
    await draft.close();
    const withdrawn = await open('documents/WIN-OPS-099.html');
    assert.match(await withdrawn.tab.locator('main').innerText(), /withdrawn/i);
    await withdrawn.close();
  });
});
