// The mailbox of the demo: what would have been sent.
const WITHIN = 15_000;

// mail waits for a letter to somebody whose subject matches, opens it, and returns its text.
export async function mail(v, to, subject) {
  const row = v.page.locator('tbody tr').filter({ hasText: to }).filter({ hasText: subject }).first();
  const until = Date.now() + WITHIN;
  await v.page.goto('/demo/posta');
  while (!await row.count()) {
    if (Date.now() > until) throw new Error(`no mail to ${to} about ${subject}`);
    await v.page.goto('/demo/posta');
  }
  await v.look();
  await v.turn(row.getByRole('link').first());
  return v.text();
}
