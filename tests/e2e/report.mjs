// The report of a run: steps of journeys, each passed or failed, and what was wrong on the pages they passed.
const STEP_WITHIN = 45_000;

// Stopped ends a journey whose step failed: what follows stands on it.
export class Stopped extends Error {}

export class Report {
  constructor(out = console.log) {
    this.out = out;
    this.passed = 0;
    this.failed = 0;
    this.known = new Set();
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
    this.passed++;
    this.out(`  ok   ${title} (${Date.now() - began} ms)`);
  }

  // page notes what is wrong on a page; each fault is told once a run, not once a visit.
  page(where, faults) {
    const fresh = faults.filter((fault) => !this.known.has(`${where} ${fault}`));
    fresh.forEach((fault) => {
      this.known.add(`${where} ${fault}`);
      this.fail(`page ${where}: ${fault}`);
    });
    if (faults.length === 0) this.passed++;
  }

  fail(text) {
    this.failed++;
    this.out(`  FAIL ${text}`);
  }

  close() {
    this.out(`\n${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0;
  }
}

function tidy(err) {
  return String(err?.message ?? err).split('\n').slice(0, 12).join('\n    ');
}
