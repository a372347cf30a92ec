import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { cli } from '../cli/surroundings.ts';
import { TERMINAL_PAYLOADS } from '../report/hostile.ts';
import { sandboxWorkshop } from '../support/sandbox-workshop.ts';
import { type Act, echoingApi } from './support/echoing-api.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g;

const COMMANDS: readonly (readonly string[])[] = [
  ['plan', 'M'],
  ['run', 'M', '--yes', '--log-level', 'trace'],
  ['run', 'M', '--yes', '--events'],
  ['retry', '--yes'],
  ['resume', '--yes'],
  ['status'],
  ['status', '--json'],
  ['jobs'],
  ['jobs', '--json'],
  ['report'],
  ['report', '--format', 'md'],
  ['report', '--format', 'json'],
  ['report', '--format', 'html'],
  ['balance'],
  ['models'],
];

test(`${TERMINAL_PAYLOADS.length} texts that would steer a terminal come out as text, from manifests and from answers, in every command`, async () => {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  let asked = 0;
  const saying: Act = ({ json }) => {
    const text = `before ${TERMINAL_PAYLOADS[asked++ % TERMINAL_PAYLOADS.length]} after`;
    return json(422, { error: text, details: { [text]: [text] } });
  };
  const balance: Act = ({ json }) => json(200, { credits_balance: 1000, message: TERMINAL_PAYLOADS.join('') });
  const api = await echoingApi({ submit: saying, balance }, () => {});
  onTestFinished(() => api.close());
  workshop.write('nightshift.config.yaml', { providers: { ulazai: { base_url: api.url, limits: { requests: '1000/1s' } } } });
  const rows = TERMINAL_PAYLOADS.map((text, n) => ({ n, text: text.replaceAll('\0', ''), name: text.replaceAll(/[\0\\]/g, '') }));
  const manifest = workshop.write('m.yaml', {
    name: 'batch',
    model: 'ulazai/image',
    rows,
    id: 'j{{ n }}',
    prompt: 'a pear {{ text }}',
    output: 'x{{ n }}-{{ name }}',
    tags: ['{{ text }}'],
  });
  let said = '';
  for (const argv of COMMANDS) {
    const ran = await cli(
      argv.map((word) => (word === 'M' ? manifest : word)),
      { env: { ...workshop.env, NIGHTSHIFT_DB: join(workshop.folder, 'queue.db') }, cwd: workshop.folder, compose },
    );
    said += ran.stdout;
    const raw = [...ran.stdout.matchAll(OBEYED), ...ran.stderr.matchAll(OBEYED)].map(({ 0: found, index, input }) => [
      argv.join(' '),
      JSON.stringify(found),
      JSON.stringify(input.slice(Math.max(0, index - 40), index + 40)),
    ]);
    expect(raw).toEqual([]);
  }
  // A file's content, for a pipe, is exact; on a terminal it is text like any other.
  for (const terminal of [true, false]) {
    const csv = await cli(['report', '--format', 'csv', '--no-color'], {
      env: { ...workshop.env, NIGHTSHIFT_DB: join(workshop.folder, 'queue.db') },
      cwd: workshop.folder,
      compose,
      terminal,
    });
    expect([terminal, OBEYED.test(csv.stdout)]).toEqual([terminal, !terminal]);
    OBEYED.lastIndex = 0;
  }
  expect(asked).toBeGreaterThanOrEqual(TERMINAL_PAYLOADS.length);
  expect(said).toContain('before');
});
