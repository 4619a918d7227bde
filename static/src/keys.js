// Keys of the clerks' desk. Each is also a visible link or button: [data-key] names the element it presses.
//   /  search    j k  next, previous row    Enter  open    a …  [data-key="a"], in the current row first    ?  help
export function shortcuts() {
  if (!document.body.classList.contains('desk')) return;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (act(event.key, event.target)) event.preventDefault();
  });
}

const typing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|button|submit)$/.test(el.type);

function act(key, from) {
  const help = document.getElementById('shortcuts');
  if (help && help.matches(':popover-open')) return false;
  const current = document.querySelector('[data-row].is-current');
  switch (key) {
    case '/': return focus(document.querySelector('[data-search]'));
    case '?': if (help) help.showPopover(); return Boolean(help);
    case 'j': return move(current, 1);
    case 'k': return move(current, -1);
    case 'Enter': return !from.closest('a, button, summary') && press(current && current.querySelector('a[href]'));
    case 'x': return press(current && current.querySelector('input[type="checkbox"]'));
  }
  if (!/^[a-z]$/.test(key)) return false;
  const wanted = `[data-key="${key}"]`;
  return press(current && current.querySelector(wanted)) || press(document.querySelector(wanted));
}

function move(current, by) {
  const rows = [...document.querySelectorAll('[data-row]')];
  if (!rows.length) return false;
  const at = rows.indexOf(current);
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (current) current.classList.remove('is-current');
  next.classList.add('is-current');
  const link = next.querySelector('a[href]');
  if (link) link.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function focus(el) {
  if (!el) return false;
  el.focus();
  el.select();
  return true;
}

function press(el) {
  if (!el) return false;
  el.click();
  return true;
}
