// What htmx does not do for the gate: everything works without this file, and quicker with it.
// Runs as it is in Chrome 109 and Firefox 115 ESR; nothing inline, nothing evaluated.
// Keep strings on one line: the build takes out indentation and whole-line comments.
(() => {
'use strict';

// Here rather than in a <meta> of every page.
Object.assign(htmx.config, {
  defaultSwap: 'outerHTML', defaultTimeout: 15000, defaultSettleDelay: 0, prefix: '',
});

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (name, act, capture) => document.addEventListener(name, act, capture);
const FIELD = 'input,select,textarea';

const kept = (key, value) => {
  try {
    return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value);
  } catch {
    return null;
  }
};

// What went well needs no reading to the end; what went wrong stays until it is clicked or replaced.
const clearNotices = () => findAll('.notice:not(.no)').forEach((notice) => setTimeout(() => notice.remove(), 8000));
const say = (words, kind = '') => {
  const notice = document.createElement('p');
  notice.className = `notice ${kind}`.trim();
  notice.textContent = words;
  find('#notices')?.replaceChildren(notice);
  clearNotices();
};

// --- A pressed control shows that it works and cannot be pressed twice -----------------------------------------

const busy = (control, working = true) =>
  (working ? control.setAttribute('aria-busy', 'true') : control.removeAttribute('aria-busy'));
const BUSY = '[aria-busy=true]';
const submits = (form) => [...form.elements].filter((control) => control.type === 'submit');
const seen = (control) => control.getClientRects().length > 0;
const pressed = (source, submitter) => {
  if (submitter && seen(submitter)) return submitter;
  const form = source.matches('form,[role=option]') && source.closest('form');
  if (!form) return source.matches('a,button') && source;
  const shown = submits(form).filter(seen);
  return shown.find((control) => control.matches('.primary')) || shown[0];
};
const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

on('click', (event) => {
  const link = event.target.closest('a[href]');
  // htmx 4.0.1 swallows the clicks that open a new tab, so they must not reach it.
  if (link && (event.ctrlKey || event.metaKey || event.shiftKey)) event.stopImmediatePropagation();
  else if (event.target.closest(BUSY)) stop(event);
}, true);

let waiting = null;
on('submit', (event) => {
  const working = [event.submitter, ...findAll('button,input', event.target)].some((control) => control?.matches(BUSY));
  // A search may be changed while the last one is on its way.
  if (!working || event.target.method === 'get') return;
  if (shrinking.has(event.target)) waiting = {form: event.target, submitter: event.submitter};
  stop(event);
}, true);

on('submit', (event) => {
  if (event.defaultPrevented) return;
  const control = pressed(event.target, event.submitter);
  if (!control || event.target.method === 'dialog') return;
  busy(control);
  // A file that is downloaded never leaves the page.
  setTimeout(busy, 15000, control, false);
});
addEventListener('pageshow', ({persisted}) => persisted && findAll(BUSY).forEach((control) => busy(control, false)));

// --- Network: a bar while the last request has not arrived, and the same request again ---------------------------

let lost = null;
const reads = (ctx) => ctx.request.method === 'GET';
const bar = (shown) => find('#offline')?.toggleAttribute('hidden', !shown);
const lose = (ctx) => {
  if (!lost || reads(lost) || !reads(ctx)) lost = ctx;
  bar(true);
};
const arrived = (source) => {
  // What was to be saved stays on the bar while other things arrive.
  if (lost && !reads(lost) && lost.sourceElement !== source && lost.sourceElement.isConnected) return;
  lost = null;
  bar(false);
};
const again = () => {
  if (!lost?.sourceElement.isConnected) {
    arrived();
    refresh();
    return;
  }
  const {sourceElement: source, request} = lost;
  // The body as it was sent, so that its idempotency key makes a second arrival harmless.
  htmx.ajax(request.method, request.action, {
    source, event: {submitter: request.submitter}, confirm: null, sentBody: request.body || new FormData(),
  });
};

on('htmx:config:request', (event) => {
  const {ctx} = event.detail;
  if (ctx.sentBody) ctx.request.body = ctx.sentBody;
  // Noted here: where the source goes with the swap, htmx puts another element in its place.
  ctx.polled = ctx.sourceElement.matches('[data-poll]');
  if (ctx.polled && (document.hidden || editing(ctx.sourceElement))) event.preventDefault();
});
on('htmx:before:request', ({detail: {ctx}}) => {
  ctx.pressed = !ctx.polled && pressed(ctx.sourceElement, ctx.request.submitter);
  if (!ctx.pressed) return;
  busy(ctx.pressed);
  find('#notices')?.replaceChildren();
});
on('htmx:finally:request', ({detail: {ctx}}) => {
  if (ctx.pressed && !ctx.keepIndicators) busy(ctx.pressed, false);
});
on('htmx:before:response', (event) => {
  const {ctx} = event.detail;
  // Not the application but something in front of it: its page does not belong in a row.
  if (/^50[234]$/.test(ctx.response.status) && !ctx.hx.retarget) {
    event.preventDefault();
    lose(ctx);
  } else arrived(ctx.sourceElement);
});
on('htmx:error', ({detail: {ctx}}) => {
  if (ctx && ctx.text === undefined) lose(ctx);
});
addEventListener('offline', () => bar(true));
addEventListener('online', () => (!lost || reads(lost)) && again());

// --- Lists that refresh themselves wait while someone writes in them ---------------------------------------------

const editing = (list) => find('form.open', list) || (list.contains(document.activeElement) && document.activeElement.matches(FIELD));
on('htmx:before:swap', (event) => {
  const {ctx} = event.detail;
  if (!ctx.polled || !editing(ctx.sourceElement)) return;
  event.preventDefault();
  // The form opened while the answer was on its way; what was not shown is asked for again.
  ctx.sourceElement._htmx.ptag = '';
});
const refresh = () => findAll('[data-poll]').forEach((list) => list.dispatchEvent(new CustomEvent('poll')));
on('visibilitychange', () => {
  if (document.hidden) return;
  document.title = document.title.replace(NEWS, '');
  refresh();
});

// --- Unit box: options come by htmx while typing ----------------------------------------------------------------

const listOf = (box) => document.getElementById(box.getAttribute('aria-controls'));
const options = (box) => findAll('[role=option][href]', listOf(box));
const open = (box, shown, chosen) => {
  box.setAttribute('aria-expanded', shown);
  options(box).forEach((option) => option.setAttribute('aria-selected', option === chosen));
  box.setAttribute('aria-activedescendant', chosen?.id || '');
  chosen?.scrollIntoView({block: 'nearest'});
};

on('keydown', (event) => {
  const box = event.target;
  if (!box.matches('[role=combobox]')) return;
  const offered = options(box);
  const active = offered.find((option) => option.id === box.getAttribute('aria-activedescendant'));
  const isOpen = box.getAttribute('aria-expanded') === 'true';
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (step && offered.length) {
    event.preventDefault();
    const from = active ? offered.indexOf(active) : step > 0 ? -1 : 0;
    open(box, true, offered[(from + step + offered.length) % offered.length]);
  } else if (event.key === 'Enter') {
    // Not unseen: of several, or of those that answer an older text, none is chosen; the form asks the server instead.
    const chosen = isOpen && (active || (box.dataset.asked === box.value && !offered[1] && offered[0]));
    open(box, false);
    if (chosen) {
      event.preventDefault();
      chosen.click();
    } else box.dispatchEvent(new CustomEvent('htmx:abort'));
  } else if (event.key === 'Escape' && isOpen) {
    event.preventDefault();
    open(box, false);
  }
});
on('click', (event) => {
  const list = event.target.closest('[role=option]')?.closest('[role=listbox]');
  const box = list && find(`[aria-controls="${list.id}"]`);
  if (box) open(box, false);
});
on('focusout', (event) => {
  if (event.target.matches('[role=combobox]') && !listOf(event.target).contains(event.relatedTarget)) open(event.target, false);
});

on('focusin', ({target}) => {
  if (target.matches('[role=combobox]')) target.select();
});

// --- A look-up fills a form while one types on: what was typed is not touched ------------------------------------

const typed = (form) => [...form.elements].filter((field) => field.defaultValue !== undefined && field.value !== field.defaultValue);
on('htmx:before:swap', ({detail: {ctx}}) => {
  const source = ctx.sourceElement;
  if (!source.matches('[data-lookup]')) return;
  for (const field of typed(source.form)) if (field !== source) field.setAttribute('hx-morph-skip', '');
});
on('htmx:after:swap', () => findAll('[hx-morph-skip]').forEach((field) => field.removeAttribute('hx-morph-skip')));
// The morph spares the field that one is in; there the code that a reader typed becomes the number that was read.
on('htmx:after:swap', ({detail: {ctx}}) => {
  const field = ctx.hx?.retarget === '#visitor-form' && find('[data-lookup]');
  if (field && ctx.request.body.get(field.name) === field.value) field.value = field.defaultValue;
});

// --- After new content: focus, options, notices -------------------------------------------------------------------

const takeMark = () => {
  const marked = findAll('[data-focus]');
  marked.forEach((place) => place.removeAttribute('data-focus'));
  return marked[0];
};
const focusMarked = () => {
  const place = takeMark();
  if (!place) return;
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus();
};
const settle = () => {
  clearNotices();
  SWITCHES.forEach(showSwitch);
};

on('htmx:after:swap', ({detail: {ctx}}) => {
  const box = ctx.sourceElement;
  if (box.matches('[role=combobox]')) {
    box.dataset.asked = new URL(ctx.request.action, location).searchParams.get(box.name);
    open(box, document.activeElement === box && box.value !== '' && listOf(box).textContent.trim() !== '');
  } else if (!ctx.polled) focusMarked();
  // A frame later: the focus that htmx gives to the restored page scrolls it until then.
  if (ctx.request.headers['HX-History-Restore-Request']) requestAnimationFrame(() => scrollTo(0, history.state?.y || 0));
  settle();
});
// «Atrás» leads to the row where one was.
on('htmx:before:history:update', () => history.replaceState({htmx: true, y: scrollY}, ''));
on('click', ({target}) => {
  if (!target.closest('a,button')) target.closest('.notice')?.remove();
  if (target.closest('[data-close-desk]')) {
    find('#desk').replaceChildren();
    find('[data-key=a]')?.focus();
  }
  const retry = target.closest('[data-retry]');
  if (!retry) return;
  busy(retry);
  setTimeout(busy, 1500, retry, false);
  again();
});

on('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) find('dialog[open]')?.close();
});

// --- Letters as shortcuts, outside fields, and the switch that turns them off (WCAG 2.1.4) ----------------------

on('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.key.length > 1) return;
  if (isOff(KEYS) || event.target.closest(FIELD) || find('dialog[open]')) return;
  const key = event.key.toLowerCase();
  const control = findAll('[data-key]').find((one) => one.dataset.key === key && !one.disabled && seen(one));
  if (!control) return;
  event.preventDefault();
  if (control.matches(FIELD)) control.focus();
  else control.click();
});

// --- Switches that this browser remembers -----------------------------------------------------------------------

const KEYS = ['conserje.teclas', '[data-toggle-keys]', 'sin-teclas'];
const PHOTOS = ['conserje.fotos', '[data-toggle-photos]', 'sin-fotos'];
const SOUND = ['conserje.sonido', '[data-toggle-sound]', 'sin-sonido'];
const SWITCHES = [KEYS, PHOTOS, SOUND];
const isOff = ([key]) => kept(key) === 'no';
const showSwitch = (which) => {
  const [, selector, mark] = which;
  document.documentElement.classList.toggle(mark, isOff(which));
  for (const control of findAll(selector)) {
    control.hidden = false;
    control.setAttribute('aria-pressed', !isOff(which));
  }
};
const tellServer = (age) => {
  document.cookie = `sinfotos=1;Path=/;SameSite=Lax;Max-Age=${age}${location.protocol === 'https:' ? ';Secure' : ''}`;
};
on('click', ({target}) => {
  for (const which of SWITCHES) {
    const control = target.closest(which[1]);
    if (!control) continue;
    kept(which[0], isOff(which) ? 'si' : 'no');
    showSwitch(which);
    say(isOff(which) ? control.dataset.off : control.dataset.on);
    if (which === PHOTOS) {
      tellServer(isOff(which) ? 31536000 : 0);
      refresh();
    }
  }
});

// --- The live gate: one stream for all tabs of a browser says which visit changed ---------------------------------

const NEWS = '● ';
const gate = find('[data-stream]');
// Without locks (plain http) each tab has a stream of its own.
const tabs = gate && navigator.locks && new BroadcastChannel('conserje');
let stream = null;
let last = '';
let tones = null;
let lapsed = false;
let heardAt = Date.now();
let triedAt = 0;
let polledAt = 0;

const poll = () => {
  polledAt = Date.now();
  refresh();
};
const show = async (visit, isAnswer) => {
  const here = () => document.getElementById(`visit-${visit}`);
  if (!isAnswer && !here()) return poll();
  const headers = {'HX-Request': 'true', ...JSON.parse(document.body.getAttribute('hx-headers:inherited'))};
  const answer = await fetch(`/porteria/visitas/${visit}/actual`, {headers});
  // A table around it: on its own the parser would take the row apart.
  const fresh = answer.ok && find('tbody', new DOMParser().parseFromString(`<table>${await answer.text()}`, 'text/html'));
  if (!fresh) return;
  const state = find('.state', fresh);
  const words = `${find('b', fresh).textContent}: ${state.textContent}`;
  if (isAnswer) say(words, state.classList[1]);
  const row = here();
  if (!row) return poll();
  // What was pressed in the row answers for itself.
  if (find(BUSY, row)) return;
  // Below it stands a form, or what the server said to what was just pressed.
  if (find('.inline', row) && find('.state', row).textContent === state.textContent) return;
  find('td', fresh).replaceWith(find('td', row).cloneNode(true));
  const form = find('form.open', row);
  if (form) {
    const note = find('.news', row) || document.createElement('p');
    note.className = 'note news';
    note.setAttribute('role', 'alert');
    note.textContent = words;
    form.before(note);
    row.rows[0].replaceWith(fresh.rows[0]);
    htmx.process(row);
    return;
  }
  if (fresh.textContent === row.textContent) return;
  const at = row.contains(document.activeElement) && document.activeElement;
  fresh.classList.add('changed');
  row.replaceWith(fresh);
  htmx.process(fresh);
  if (!at) return;
  (find(`a[href="${at.getAttribute('href')}"]`, fresh) || state).dataset.focus = '';
  focusMarked();
};
const hear = ([words, id]) => {
  last = id || last;
  heardAt = words === '-' ? 0 : Date.now();
  if (!heardAt) lapsed = true;
  else if (lapsed || words === 'n') {
    lapsed = false;
    poll();
  }
  const [visit, isAnswer] = words.split(' ');
  if (isAnswer && document.hidden) document.title = NEWS + document.title.replace(NEWS, '');
  if (visit > 0) show(visit, isAnswer).catch(() => { lapsed = true; });
};
const tell = (...news) => {
  tabs?.postMessage(news);
  hear(news);
};
const sound = async () => {
  if (isOff(SOUND)) return;
  tones ||= new AudioContext();
  await tones.resume();
  [660, 880].forEach((frequency, place) => {
    const tone = new OscillatorNode(tones, {frequency});
    tone.connect(new GainNode(tones, {gain: 0.2})).connect(tones.destination);
    tone.start(tones.currentTime + place / 5);
    tone.stop(tones.currentTime + (place + 1) / 5);
  });
};
const listen = () => {
  stream?.close();
  polledAt = triedAt = Date.now();
  stream = new EventSource(gate.dataset.stream.replace(/\d+$/, (first) => last || first));
  stream.onopen = () => tell('');
  stream.onerror = () => tell('-');
  stream.onmessage = ({data, lastEventId}) => {
    tell(data, lastEventId);
    if (data.endsWith('r')) sound();
  };
  stream.addEventListener('p', () => tell(''));
  stream.addEventListener('nuevo', () => tell('n'));
};
const watch = () => {
  const now = Date.now();
  const silent = now - heardAt > 45000;
  lapsed ||= silent;
  const tired = now - triedAt > (stream?.readyState === 2 ? 5000 : 45000);
  if (stream && silent && tired && navigator.onLine) listen();
  const patience = !silent ? 120000 : find('.state.wait') ? 5000 : 60000;
  if (now - polledAt > patience) poll();
};
if (gate) {
  if (tabs) {
    tabs.onmessage = ({data}) => hear(data);
    navigator.locks.request('conserje', () => {
      listen();
      return new Promise(() => {});
    });
  } else listen();
  setInterval(watch, 1000);
  addEventListener('offline', () => {
    stream?.close();
    hear('-');
  });
  addEventListener('online', () => stream && listen());
}

// --- Photographs are shrunk before they travel ------------------------------------------------------------------

const LONGEST = 640;
const shrinking = new WeakSet();
const shrunk = async (file) => {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const paper = canvas.getContext('2d');
  // JPEG has no transparency: what shows through becomes white, not black.
  paper.fillStyle = '#fff';
  paper.fillRect(0, 0, LONGEST, LONGEST);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.75));
  return blob && blob.size < file.size ? new File([blob], 'foto.jpg', {type: 'image/jpeg'}) : file;
};
on('change', async ({target: input}) => {
  if (!input.matches('input[type=file][data-shrink]')) return;
  const {form} = input;
  const preview = find('[data-preview]', form);
  const [file] = input.files;
  if (preview) preview.hidden = true;
  if (!file) return;
  shrinking.add(form);
  submits(form).forEach((control) => busy(control));
  try {
    const small = await shrunk(file);
    if (input.files[0] !== file) return;
    const carrier = new DataTransfer();
    carrier.items.add(small);
    input.files = carrier.files;
    if (preview) {
      URL.revokeObjectURL(preview.src);
      preview.src = URL.createObjectURL(small);
      preview.hidden = false;
    }
  } catch {
    // What this browser cannot read goes as it is: the server judges it.
  } finally {
    shrinking.delete(form);
    submits(form).forEach((control) => busy(control, false));
  }
  if (waiting?.form === form) {
    const {submitter} = waiting;
    waiting = null;
    form.requestSubmit(submitter);
  }
});

// --- Start --------------------------------------------------------------------------------------------------------

settle();
if (isOff(PHOTOS)) tellServer(31536000);
if (document.activeElement === document.body) focusMarked();
else takeMark();
// What was typed before this script arrived, once htmx listens.
setTimeout(() => {
  const box = find('[role=combobox]');
  if (box && box.value !== box.defaultValue) box.dispatchEvent(new Event('input', {bubbles: true}));
});
})();
