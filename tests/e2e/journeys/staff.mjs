// People of the offices. A sign-in link works once, so each keeps the cookies of the first time.
import assert from 'node:assert/strict';

const signedIn = new Map(); // link → promise of cookies

// staff gives a visitor signed in as somebody of an office: "Městský úřad Hejnice", "referát"; the operator has no office.
export async function staff({ visitors, stand, mode }, office, what) {
  const person = stand.people.find((p) => p.office === office && p.what === what);
  assert.ok(person, `the demo has ${what} of ${office}`);
  const known = signedIn.get(person.link);
  if (known) return visitors.open(mode, { cookies: await known });
  let done;
  signedIn.set(person.link, new Promise((resolve) => { done = resolve; }));
  const v = await visitors.open(mode);
  await v.go(person.link);
  await v.turn(v.button('Přihlásit se'));
  done((await v.cookies()).filter((c) => c.name === 'epom_session'));
  return v;
}

// findCase opens the case file of a citizen's submission by her reference.
export async function findCase(v, reference) {
  await v.go('/kancelar');
  await v.page.locator('#hledat').fill(reference);
  await v.turn(() => v.page.locator('#hledat').press('Enter'));
  if (v.path() === '/kancelar/hledat') await v.turn(v.page.locator('[data-row] a').first()); // a single hit opens at once
}
