// The mailbox of the demo: what would have been sent.
const WITHIN = 15_000;
const ASK_EVERY = 150; // asking without a pause would take the processor from those who make the mail

// mail waits for a letter to somebody whose subject matches, opens it, and returns its text.
export async function mail(v, to, subject) {
  const row = v.page.locator('tbody tr').filter({ hasText: to }).filter({ hasText: subject }).first();
  const until = Date.now() + WITHIN;
  // The list is asked for without being drawn until something for her has come.
  for (;;) {
    if ((await (await v.context.request.get('/demo/posta')).text()).includes(to)) {
      await v.page.goto('/demo/posta');
      if (await row.count()) break;
    }
    if (Date.now() > until) throw new Error(`no mail to ${to} about ${subject}`);
    await v.page.waitForTimeout(ASK_EVERY);
  }
  await v.look();
  await v.turn(row.getByRole('link').first());
  return v.text();
}
