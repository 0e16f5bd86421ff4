// Optional. The site is whole without it: this adds a text filter, sorting, and the search.
'use strict';
document.documentElement.classList.add('js');

const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

// The text filter looks into the whole of each row, or into the cells that it names.
const textOf = (row, cells) =>
  cells ? [...row.querySelectorAll(cells)].map((cell) => cell.textContent).join(' ') : row.textContent;
for (const find of document.querySelectorAll('.filters input[type=search]')) {
  const table = find.closest('.register, .clause-table').querySelector('table');
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: textOf(row, find.dataset.in).toLowerCase() }));
  find.addEventListener('input', () => {
    const words = wordsOf(find.value);
    for (const { row, text } of rows) row.classList.toggle('out', !words.every((word) => text.includes(word)));
  });
}

// A head that can sort becomes a button; the order of the page is the order without a script.
for (const head of document.querySelectorAll('th[data-sort]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'sort';
  button.textContent = head.textContent;
  // On paper a head is repeated on each sheet, and buttons are not.
  const words = document.createElement('span');
  words.className = 'on-paper';
  words.textContent = head.textContent;
  head.replaceChildren(button, words);
  const table = head.closest('table');
  const body = table.tBodies[0];
  const asWritten = [...body.rows];
  button.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    // In a tree, headings stand over what is beneath them: in any order but its own they have no place.
    const isTree = table.classList.contains('tree') && head.cellIndex === 0 && !down;
    table.classList.toggle('flat', !isTree);
    const key = (row) => row.cells[head.cellIndex].textContent.trim();
    const rows = [...body.rows].filter((row) => !row.classList.contains('heading'));
    rows.sort((a, b) => (down ? -1 : 1) * key(a).localeCompare(key(b), 'en', { numeric: true }));
    body.append(...(isTree ? asWritten : rows));
  });
}

// The search: every word must be found; where it is found decides the rank.
const query = document.getElementById('Query');
const index = globalThis.clausebookIndex;
const isPrefix = (text, word) => text.split(/[^\p{L}\p{N}.-]+/u).some((part) => part.startsWith(word));
const rankOf = (entry, word) => {
  if (entry.id === word) return 100;
  if (entry.id.startsWith(word) || entry.id.split(/[-. ]/).includes(word)) return 40;
  if (isPrefix(entry.title, word)) return 20;
  if (isPrefix(entry.headings, word)) return 8;
  if (isPrefix(entry.words, word)) return 2;
  return 0;
};
const show = (entries) => {
  const items = entries.slice(0, 50).map(({ raw }) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.className = 'id';
    link.href = raw.u;
    link.textContent = raw.i;
    const title = document.createElement('span');
    title.className = 'voice';
    title.textContent = raw.t;
    const kind = document.createElement('span');
    kind.className = 'quiet small';
    kind.textContent = ` ${raw.k}`;
    item.append(link, title, kind);
    return item;
  });
  document.getElementById('Results').replaceChildren(...items);
};
if (query && index) {
  const entries = index.map((raw) => ({
    raw,
    id: raw.i.toLowerCase(),
    title: raw.t.toLowerCase(),
    headings: raw.h.toLowerCase(),
    words: raw.w,
  }));
  const search = () => {
    const words = wordsOf(query.value);
    const found = words.length === 0 ? [] : entries
      .map((entry) => ({ entry, ranks: words.map((word) => rankOf(entry, word)) }))
      .filter(({ ranks }) => ranks.every(Boolean))
      .map(({ entry, ranks }) => ({ raw: entry.raw, rank: ranks.reduce((sum, rank) => sum + rank, 0) }))
      .sort((a, b) => b.rank - a.rank || (a.raw.i < b.raw.i ? -1 : 1));
    document.getElementById('Found').textContent =
      words.length === 0 ? '' : found.length === 0 ? 'Nothing found.' : `${found.length} found${found.length > 50 ? ', the first 50 shown' : ''}`;
    show(found);
  };
  query.addEventListener('input', search);
  query.focus();
}
