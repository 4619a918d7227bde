// Everything below only makes pleasant what already works without it: pages are complete, forms are real forms.
import htmx from './htmx.js';
import '../vendor/htmx/sse.js';
import { fileDrops } from './files.js';
import { shortcuts } from './keys.js';
import { aloud, idle } from './idle.js';

document.documentElement.classList.add('js');

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyRestoreAsHxRequest: false,
  selfRequestsOnly: true,
  scrollBehavior: 'auto',
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
});

// The change of look is a plain link (?theme=dark); here it happens without a reload. The server remembers it.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-theme-to]');
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  document.documentElement.dataset.theme = link.dataset.themeTo;
  fetch(link.href);
  link.closest('ul').querySelector(`a[data-theme-to]:not([data-theme-to="${link.dataset.themeTo}"])`).focus(); // this one hides
});

// A field others depend on asks for the page anew; without the script the visible button does.
document.addEventListener('change', (event) => {
  const field = event.target.closest('[data-refresh]');
  const button = field && field.closest('.field, .item, form').querySelector('button[name="_refresh"]');
  if (button) button.click();
});

// What was chosen stays chosen when a late answer of the search brings it once more.
let chosen;
document.addEventListener('htmx:beforeSwap', ({ detail: { target } }) => {
  chosen = target.classList.contains('found') ? target.querySelector('input:checked')?.value : undefined;
});
document.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
  const same = chosen && [...target.querySelectorAll('input[type="radio"]')].find((input) => input.value === chosen);
  if (same) same.checked = true;
});

// A line the server fills in beside what was asked for stays as it is when somebody has written in it meanwhile.
document.addEventListener('htmx:oobBeforeSwap', (event) => {
  const { target } = event.detail;
  if (target.matches('input') && target.value) event.detail.shouldSwap = false;
});

// A second click must not look like a second act. The server takes the first alone anyway.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === 'get' || event.defaultPrevented) return;
  form.dataset.sent = '1';
  setTimeout(() => { delete form.dataset.sent; }, 4000);
});
addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach((form) => { delete form.dataset.sent; });
});

function arrived(root) {
  fileDrops(root);
  const summary = root.querySelector('.error-summary');
  if (summary) summary.focus();
  root.querySelectorAll('.js-only[hidden]').forEach((el) => { el.hidden = false; });
}

document.addEventListener('DOMContentLoaded', () => {
  arrived(document);
  shortcuts();
  idle();
  aloud();
  document.querySelectorAll('[data-print]').forEach((button) => button.addEventListener('click', () => print()));
});
document.addEventListener('htmx:load', (event) => arrived(event.target));

// After another item was added, the person goes on writing in it.
document.addEventListener('htmx:afterSettle', (event) => {
  const button = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (!button || button.name !== '_add') return;
  const items = document.querySelectorAll(`[data-repeat="${CSS.escape(button.value)}"] > .item`);
  const last = items[items.length - 1];
  if (last) (last.querySelector('input:not([type="hidden"]), textarea, select') || last).focus();
});

// A request that failed is said aloud; nothing typed is lost, the form still stands.
document.addEventListener('htmx:responseError', () => say(document.body.dataset.failed));
document.addEventListener('htmx:sendError', () => say(document.body.dataset.failed));

function say(text) {
  const place = document.getElementById('toasts');
  if (!place || !text) return;
  const toast = document.createElement('div');
  toast.className = 'message';
  toast.dataset.tone = 'danger';
  toast.textContent = text;
  place.replaceChildren(toast);
  setTimeout(() => toast.remove(), 8000);
}
