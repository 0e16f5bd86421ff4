// The preview of the sample in headless Chromium, as somebody sees it who writes documents: files
// are edited beneath it, and nobody presses reload.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const { PROGRAM, REPOSITORY } = process.env;
assert.ok(PROGRAM && REPOSITORY, 'PROGRAM names clausebook, REPOSITORY the sample');

// So long a busy machine may take; nothing waits longer than it has to.
const patience = 120_000;

const draft = 'sample-sms/processes/security/ai-assistant-use.md';
const draftPage = 'documents/PRC-SEC-002.html';
const noPage = 'documents/NO-SUCH-001.html';
const policy = 'sample-sms/processes/change/change-management-policy.md';

let browser;
let folder;
let program;
let address;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'clausebook-preview-'));
  cpSync(REPOSITORY, folder, { recursive: true });
  program = spawn(PROGRAM, ['serve', '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: program.stdout })) {
    address = line.trim();
    break;
  }
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--no-first-run',
    ],
  });
});
after(async () => {
  await browser?.close();
  program?.kill('SIGINT');
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const file = (name) => path.join(folder, name);
const originals = Object.fromEntries(['book.toml', draft, policy].map((name) => [name, readFileSync(path.join(REPOSITORY, name), 'utf8')]));
const edit = (name, text) => writeFileSync(file(name), originals[name] + text);

// Every test begins with what the repository holds.
beforeEach(() => {
  for (const [name, text] of Object.entries(originals)) {
    if (readFileSync(file(name), 'utf8') !== text) writeFileSync(file(name), text);
  }
});

async function open(page, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(patience);
  const tab = await context.newPage();
  const trouble = [];
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(`${page}: ${message.text()}`);
  });
  tab.on('pageerror', (error) => trouble.push(`${page}: ${error.message}`));
  tab.on('request', (request) => {
    if (!request.url().startsWith(address)) trouble.push(`${page} asks for ${request.url()}`);
  });
  await tab.goto(address + page);
  await tab.locator('#Preview-says', { hasText: 'Checked.' }).waitFor();
  return { tab, trouble, close: () => context.close() };
}

const checked = (tab) => tab.locator('#Preview-says', { hasText: 'Checked.' }).waitFor();

describe('the preview', () => {
  test('shows an edit and its findings, and the reader stays where he is', async () => {
    const { tab, trouble, close } = await open(draftPage);
    await tab.evaluate(() => { globalThis.isTheSamePage = true; scrollTo({ top: 300, behavior: 'instant' }); });
    edit(draft, '\nA sentence that was not there. See [the form](no-such-form.md).\n');
    await tab.locator('main', { hasText: 'A sentence that was not there.' }).waitFor();
    const finding = tab.locator('#Preview-found li', { hasText: 'no-such-form.md' });
    await finding.waitFor();
    assert.match(await finding.innerText(), /error[\s\S]*line \d+, column \d+[\s\S]*LN001 dead-link/);
    await checked(tab);
    assert.ok(await finding.isVisible());
    assert.equal(await tab.evaluate(() => globalThis.isTheSamePage), true);
    assert.equal(await tab.evaluate(() => scrollY), 300);
    assert.deepEqual(trouble, []);
    await finding.getByRole('link', { name: /dead-link/ }).click();
    await tab.getByRole('heading', { level: 1 }).waitFor();
    assert.match(tab.url(), /rules\/dead-link\.html$/);
    await close();
  });

  test('takes the writer along to the next version, and back', async () => {
    const { tab, trouble, close } = await open('documents/POL-CHG-001.html');
    assert.ok((await tab.locator('main .doc-head .is-verified').count()) > 0);
    edit(policy, '\nA promise that nobody approved.\n');
    await tab.waitForURL(/next\/POL-CHG-001\.html$/);
    await checked(tab);
    await tab.locator('main', { hasText: 'A promise that nobody approved.' }).waitFor();
    assert.equal(await tab.locator('main .doc-head .is-verified').count(), 0);
    await tab.locator('#Preview-found li', { hasText: 'version-not-bumped' }).waitFor();
    writeFileSync(file(policy), originals[policy]);
    await tab.waitForURL(/documents\/POL-CHG-001\.html$/);
    await tab.locator('main .doc-head .is-verified').first().waitFor();
    assert.deepEqual(trouble, []);
    await close();
  });

  test('says what is wrong with book.toml, and goes on once it is mended', async () => {
    const { tab, close } = await open('register.html');
    edit('book.toml', '\n[preprocessor.clausebook.certificate]\nbody = "x"\n');
    await tab.locator('#Preview-says', { hasText: /Cannot check what there is now: .*book\.toml:\d+:\d+/ }).waitFor();
    await tab.getByRole('heading', { level: 1 }).waitFor();
    assert.ok((await tab.locator('#Register tbody tr').count()) > 50);
    writeFileSync(file('book.toml'), originals['book.toml']);
    await checked(tab);
    await close();
  });

  test('can be used by keyboard, and what was folded stays so', async () => {
    edit(draft, '\nSee [the form](no-such-form.md).\n');
    const { tab, close } = await open(draftPage);
    const details = tab.locator('#Preview details');
    // What was there before the edit may still be shown as checked.
    await tab.locator('#Preview-found li', { hasText: 'no-such-form.md' }).waitFor();
    await checked(tab);
    await tab.locator('#Preview summary').focus();
    await tab.keyboard.press('Enter');
    assert.equal(await details.evaluate((it) => it.open), false);
    edit(draft, '\nSee [the form](no-such-form.md) and [another](no-such-other.md).\n');
    await tab.locator('#Preview-found', { hasText: /[2-9] findings/ }).waitFor();
    await checked(tab);
    assert.equal(await details.evaluate((it) => it.open), false);
    assert.equal(await tab.locator('#Preview-says').getAttribute('aria-live'), 'polite');
    await close();
  });

  test('is valid HTML that axe does not object to, narrow and wide, in light and dark', async () => {
    edit(draft, '\nSee [the form](no-such-form.md).\n');
    const { tab: first, close: closeFirst } = await open(draftPage);
    await first.locator('#Preview-found li').first().waitFor();
    await closeFirst();
    const wrong = [];
    const loader = new FileSystemConfigLoader({
      root: true,
      extends: ['html-validate:recommended'],
      rules: { 'valid-id': ['error', { relaxed: true }], 'no-trailing-whitespace': 'off', 'long-title': 'off' },
    });
    const validator = new HtmlValidate(loader);
    for (const page of [draftPage, 'index.html', 'register.html', noPage]) {
      const text = await (await fetch(address + page)).text();
      const report = await validator.validateString(text, page);
      for (const { messages } of report.results) {
        wrong.push(...messages.map((it) => `${page}:${it.line}:${it.column} ${it.ruleId}: ${it.message}`));
      }
      // The others are looked at as pages of the site.
      if (![draftPage, noPage].includes(page)) continue;
      for (const colorScheme of ['light', 'dark']) {
        for (const width of [1280, 390]) {
          const { tab, close } = await open(page, { colorScheme, viewport: { width, height: 844 } });
          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
          const { violations } = await new AxeBuilder({ page: tab }).withTags(tags).analyze();
          wrong.push(...violations.map((it) => `${page} ${width} ${colorScheme}: ${it.id}: ${it.nodes[0].html.slice(0, 160)}`));
          const [content, window] = await tab.evaluate(() => [
            document.documentElement.scrollWidth, document.documentElement.clientWidth,
          ]);
          if (content > window) wrong.push(`${page}: ${content} px in ${window}`);
          await close();
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  // The last one: it ends the program.
  test('says so when the program has ended', async () => {
    const { tab, close } = await open('index.html');
    program.kill('SIGINT');
    await tab.locator('#Preview-says', { hasText: 'The preview has ended.' }).waitFor();
    await close();
  });
});
