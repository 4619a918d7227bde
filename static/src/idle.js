// A kiosk forgets the person who walked away: <body data-idle="60" data-warn="20" data-idle-to="/kiosk/konec"> leaves after so
// many seconds of stillness and asks so many seconds before. Any touch or key stays; once asked, only the button does, and Escape.
export function idle() {
  const { idle: after, warn: before, idleTo: to } = document.body.dataset;
  if (!after || !to) return;
  const notice = document.getElementById('idle-notice');
  const left = document.getElementById('idle-left');
  const stay = document.getElementById('idle-stay');
  let ends;
  let back; // what had the focus
  const start = () => {
    ends = performance.now() + after * 1000;
    if (notice.hidden) return;
    notice.hidden = true;
    back?.focus();
  };
  const look = () => {
    const rest = Math.ceil((ends - performance.now()) / 1000);
    if (rest <= 0) { location.replace(to); return; }
    if (rest <= before && notice.hidden) {
      back = document.activeElement;
      notice.hidden = false;
      stay.focus();
    }
    left.textContent = rest;
  };
  ['pointerdown', 'keydown', 'input', 'scroll'].forEach((name) => addEventListener(name, () => { if (notice.hidden) start(); }, { passive: true, capture: true }));
  notice.addEventListener('keydown', (event) => { if (event.key === 'Escape') start(); });
  stay.addEventListener('click', start);
  start();
  setInterval(look, 250);
}

// Reading the page aloud, where the browser can speak its language.
export function aloud() {
  const button = document.querySelector('[data-speak]');
  if (!button || !('speechSynthesis' in window)) return;
  const name = button.textContent;
  const { lang } = document.documentElement;
  const show = () => { button.hidden = !speechSynthesis.getVoices().some((v) => v.lang.startsWith(lang)); };
  const stop = () => { speechSynthesis.cancel(); button.textContent = name; };
  show();
  speechSynthesis.addEventListener?.('voiceschanged', show);
  button.addEventListener('click', () => {
    if (speechSynthesis.speaking) { stop(); return; }
    const say = new SpeechSynthesisUtterance(document.querySelector('main').innerText);
    say.lang = lang;
    say.onend = stop;
    button.textContent = button.dataset.stop;
    speechSynthesis.speak(say);
  });
  addEventListener('pagehide', stop);
}
