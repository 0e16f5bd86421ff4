// Only in the preview: hears from the server that there is something new, asks for this page again,
// and puts in what is new. The reader stays where he is in the text.
'use strict';
{
  const bar = document.getElementById('Preview');
  const says = document.getElementById('Preview-says');
  const root = new URL('.', document.currentScript.src);
  const isOf = (address) => Boolean(address) && new URL(address, location.href).pathname === location.pathname;
  // Scripts have changed these pages since they came: they come anew, once there is a verdict.
  const isAlive = Boolean(document.querySelector('th[data-sort], #Find, #Query'));

  const replace = (here, there) => {
    if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  };

  const show = (fresh) => {
    const next = fresh.getElementById('Preview');
    if (!next) return;
    // The file is shown elsewhere now, beside the version in force: whoever writes it goes along.
    if (isOf(bar.dataset.file) && next.dataset.file && !isOf(next.dataset.file)) {
      location.replace(next.dataset.file);
      return;
    }
    if (isAlive && !next.classList.contains('checking')) {
      location.reload();
      return;
    }
    const main = document.getElementById('Main');
    const had = main.contains(document.activeElement);
    if (!isAlive) replace(main, fresh.getElementById('Main'));
    if (had && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
    replace(document.querySelector('.provenance'), fresh.querySelector('.provenance'));
    replace(document.querySelector('.print-head'), fresh.querySelector('.print-head'));
    document.title = fresh.title;
    const found = document.getElementById('Preview-found');
    const isClosed = found.querySelector('details')?.open === false;
    replace(says, fresh.getElementById('Preview-says'));
    const nextFound = fresh.getElementById('Preview-found');
    if (isClosed) nextFound.querySelector('details')?.removeAttribute('open');
    replace(found, nextFound);
    bar.className = next.className;
    bar.dataset.moment = next.dataset.moment;
    if (next.dataset.file) bar.dataset.file = next.dataset.file;
    else delete bar.dataset.file;
  };

  let isAsking = false;
  let isBehind = false;
  const ask = async () => {
    isBehind = true;
    if (isAsking) return;
    isAsking = true;
    while (isBehind) {
      isBehind = false;
      try {
        const answer = await fetch(location.pathname, { cache: 'no-store' });
        // The next version is the version in force now, or is no more.
        if (answer.redirected) location.replace(answer.url);
        else show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      } catch {
        // The server went away; the news say so.
      }
    }
    isAsking = false;
  };

  let news = null;
  const listen = () => {
    news = new EventSource(new URL('news', root));
    news.onmessage = ({ data }) => {
      if (data !== bar.dataset.moment) ask();
    };
    news.onerror = () => {
      bar.dataset.moment = '';
      bar.className = 'preview bad';
      says.textContent = 'The preview has ended. This page is the last that it showed; start it again with clausebook serve.';
    };
  };
  // A browser keeps few connections to one server, so only a page that is looked at listens.
  document.addEventListener('visibilitychange', () => {
    news?.close();
    if (!document.hidden) listen();
  });
  if (!document.hidden) listen();
}
