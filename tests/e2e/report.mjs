// The report of a run: steps of journeys, each passed or failed, and what was wrong on the pages they passed.
const STEP_WITHIN = 90_000;

// Stopped ends a journey whose step failed: what follows stands on it.
export class Stopped extends Error {}

export class Report {
  constructor(out = console.log) {
    this.out = out;
    this.sum = { passed: 0, failed: 0, known: new Set(), examined: new Set() };
  }

  // part is the report of one lane: it shares the sums and tells a journey as a whole when it ends.
  part() {
    const lines = [];
    const part = new Report((line) => lines.push(line));
    part.sum = this.sum;
    part.tell = () => this.out(lines.splice(0).join('\n'));
    return part;
  }

  journey(name) {
    this.name = name;
    this.out(`\n${name}`);
  }

  // step runs one part of a journey. `onFailure` may keep a picture of what was seen and returns where it is.
  async step(title, act, onFailure) {
    const began = Date.now();
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`took over ${STEP_WITHIN / 1000} s`)), STEP_WITHIN); });
    try {
      await Promise.race([act(), late]);
    } catch (err) {
      const picture = onFailure ? await onFailure(title).catch(() => '') : '';
      this.fail(`${title}: ${tidy(err)}${picture ? `\n    picture: ${picture}` : ''}`);
      throw new Stopped(title);
    } finally {
      clearTimeout(timer);
    }
    this.sum.passed++;
    this.out(`  ok   ${title} (${Date.now() - began} ms)`);
  }

  // page notes what is wrong on a page; each fault is told once a run, not once a visit.
  page(where, faults) {
    const fresh = faults.filter((fault) => !this.sum.known.has(`${where} ${fault}`));
    fresh.forEach((fault) => {
      this.sum.known.add(`${where} ${fault}`);
      this.fail(`page ${where}: ${fault}`);
    });
    if (faults.length === 0) this.sum.passed++;
  }

  fail(text) {
    this.sum.failed++;
    this.out(`  FAIL ${text}`);
  }

  close() {
    this.out(`\n${this.sum.passed} passed, ${this.sum.failed} failed`);
    return this.sum.failed === 0;
  }
}

function tidy(err) {
  return String(err?.message ?? err).split('\n').slice(0, 12).join('\n    ');
}
