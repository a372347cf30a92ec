import { expect, onTestFinished, test } from 'vitest';
import { sandboxWorkshop } from '../support/sandbox-workshop.ts';

/** What people and scripts write where an amount belongs. */
const BAD: readonly (readonly [string, readonly string[]])[] = [
  ['a word', ['--max-cost', 'abc']],
  ['nothing', ['--max-cost', '']],
  ['no value', ['--max-cost']],
  ['two of them', ['--max-cost', '5', '--max-cost', '500']],
  ['a negative amount', ['--max-cost', '-1']],
  ['more than there is', ['--max-cost', '1e309']],
  ['a decimal comma', ['--max-cost', '5,00']],
  ['not a number', ['--max-cost', 'NaN']],
  ['hexadecimal', ['--max-cost', '0x10']],
  ['infinity', ['--max-cost', 'Infinity']],
  ['a blank', ['--max-cost', ' ']],
  ['a currency', ['--max-cost', '5€']],
  ['an unknown provider', ['--max-cost', 'ulazi=5']],
  ['a provider that the batch does not use', ['--max-cost', 'mayanio=5']],
  ['one that it uses and one that it does not', ['--max-cost', 'ulazai=5,mayanio=5']],
  ['a flag in its place', ['--max-cost', '--yes']],
];

test.each(BAD)('%s as --max-cost: the built program ends with 2 and sends nothing', async (_, argv) => {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows: [{ n: 1 }, { n: 2 }], id: 'j{{ n }}', prompt: 'pear {{ n }}' });
  const { code, stderr, stdout } = await workshop.start(['run', 'm.yaml', '--yes', ...argv]).ended;
  expect([code, stderr]).toEqual([2, expect.stringContaining('max-cost')]);
  expect(stdout).toBe('');
  expect(workshop.requests()).toBe(0);
  expect(workshop.files('out')).toEqual([]);
});

test('a budget for one account is no leave to spend at another', async () => {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'j', prompt: 'a pear', budget: { mayanio: 100 } });
  const { code, stderr } = await workshop.start(['run', 'm.yaml']).ended;
  expect([code, stderr]).toEqual([2, expect.stringMatching(/budget.*no amount for ulazai.*0 lets it spend nothing/)]);
  expect(workshop.submissions()).toBe(0);
});
