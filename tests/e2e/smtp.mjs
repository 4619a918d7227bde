// A mail server for the stand. It takes every letter, but refuses for good those to addresses somebody named.
import { createServer } from 'node:net';

export async function smtp() {
  const server = createServer(serve);
  const refused = new Set();
  const taken = []; // addresses letters were taken for
  await new Promise((resolve, reject) => { server.once('error', reject); server.listen(0, '127.0.0.1', resolve); });

  function serve(socket) {
    let rest = '', inLetter = false, to = '';
    const say = (line) => socket.write(`${line}\r\n`);
    socket.setEncoding('utf8').on('error', () => {}).on('data', (chunk) => {
      rest += chunk;
      for (let end; (end = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inLetter) {
          if (line === '.') { inLetter = false; taken.push(to); say('250 taken'); }
          continue;
        }
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'EHLO') say('250-stand\r\n250 8BITMIME');
        else if (verb === 'RCPT') {
          to = (line.match(/<(.*?)>/) || [])[1];
          say(refused.has(to) ? '550 no such person' : '250 ok');
        } else if (verb === 'DATA') { inLetter = true; say('354 go on'); } else if (verb === 'QUIT') { say('221 bye'); socket.end(); } else say('250 ok');
      }
    });
    say('220 stand');
  }

  return { url: `smtp://127.0.0.1:${server.address().port}`, refused, taken, stop: () => new Promise((resolve) => server.close(resolve)) };
}
