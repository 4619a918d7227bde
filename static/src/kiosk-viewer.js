// The pages of an item's documents, one at a time, by large buttons. Without this all stand one after another.
const MOST = 2; // steps of enlarging

export function viewer($) {
  const docs = document.querySelector('.docs');
  if (!docs) return undefined;
  const sections = [...docs.querySelectorAll('.doc')];
  // a document without pictures is a place to stop as well
  const stops = sections.flatMap((doc) => { const sheets = [...doc.querySelectorAll('.sheet')]; return sheets.length ? sheets.map((sheet) => ({ doc, sheet })) : [{ doc }]; });
  let here = 0;
  let zoom = 0;

  function show() {
    const { doc, sheet } = stops[here];
    sections.forEach((d) => d.classList.toggle('shown', d === doc));
    docs.querySelectorAll('.sheet').forEach((s) => s.classList.toggle('shown', s === sheet));
    docs.dataset.zoom = zoom;
    $('sheet-place').textContent = [sections.length > 1 ? `${sections.indexOf(doc) + 1} / ${sections.length}: ${doc.querySelector('h2').textContent}` : '', sheet?.dataset.place].filter(Boolean).join(' · ');
    $('sheet-prev').disabled = here === 0;
    $('sheet-next').disabled = here === stops.length - 1;
    $('bigger').disabled = !sheet || zoom === MOST;
    $('smaller').disabled = !sheet || zoom === 0;
    const next = stops[here + 1]?.sheet?.querySelector('img');
    if (next) next.loading = 'eager';
  }

  function turn(by) {
    const to = here + by;
    if (to < 0 || to >= stops.length) return;
    here = to;
    show();
    stops[here].sheet?.querySelector('.shot').scrollTo(0, 0);
    docs.scrollIntoView({ block: 'start' });
  }

  function enlarge(by) {
    zoom = Math.min(Math.max(zoom + by, 0), MOST);
    show();
  }

  $('viewer').hidden = false;
  for (const id of ['sheet-prev', 'sheet-next']) $(id).hidden = stops.length === 1;
  const keep = (button, act) => $(button).addEventListener('click', () => {
    act();
    if ($(button).disabled) document.querySelector('#viewer button:not(:disabled)')?.focus(); // the focus is not lost
  });
  keep('sheet-prev', () => turn(-1));
  keep('sheet-next', () => turn(1));
  keep('bigger', () => enlarge(1));
  keep('smaller', () => enlarge(-1));
  show();
  return { turn, zoom: enlarge, zoomed: () => zoom > 0 };
}
