// A kiosk forgets the person who walked away: <body data-idle="120" data-idle-to="/kiosk/konec"> leaves after so many
// seconds of stillness and warns twenty seconds before; any touch or key stays.
export function idle() {
  const after = Number(document.body.dataset.idle);
  const to = document.body.dataset.idleTo;
  if (!after || !to) return;
  const notice = document.getElementById('idle-notice');
  let warn;
  let leave;
  const start = () => {
    clearTimeout(warn);
    clearTimeout(leave);
    if (notice) notice.hidden = true;
    warn = setTimeout(() => { if (notice) notice.hidden = false; }, Math.max(after - 20, 1) * 1000);
    leave = setTimeout(() => location.replace(to), after * 1000);
  };
  ['pointerdown', 'keydown', 'input', 'scroll'].forEach((name) => addEventListener(name, start, { passive: true }));
  start();
}
