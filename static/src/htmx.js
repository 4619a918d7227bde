// The SSE extension looks for a global htmx, so it must stand there before the extension is read.
import htmx from '../vendor/htmx/htmx.esm.js';

window.htmx = htmx;
export default htmx;
