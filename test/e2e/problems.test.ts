import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

async function fieldsAtFault(name: string, content: string): Promise<readonly string[]> {
  const workshop = await sandboxWorkshop();
  workshop.write(name, content);
  const ran = await workshop.run(['run', name, '--yes', '--json']);
  expect(ran.code).toBe(2);
  expect(workshop.requests()).toBe(0);
  const { problems } = JSON.parse(ran.stdout) as { problems: readonly { line: number; field: string }[] };
  return problems.map(({ line, field }) => `${line} ${field}`);
}

test('a row whose model nobody knows has its other faults listed in the same go', async () => {
  const faults = await fieldsAtFault('m.csv', 'id,model,prompt,priority\na,ulazai/image,x,1\na,ulazai/imagee,y,high\n');
  expect([...faults].sort()).toEqual(['3 id', '3 model', '3 priority']);
});

test('a name that is nearly right is one fault, and not a missing field in every row besides', async () => {
  expect(await fieldsAtFault('m.yaml', 'name: x\nmodel: ulazai/image\npromt: "{{ n }}"\nrows: [{n: 1},{n: 2},{n: 3}]\n')).toEqual([
    '3 promt',
  ]);
});

test('fifty faults are fifty problems', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => `r${n},pear ${n},"7:${n + 11}"`);
  const faults = await fieldsAtFault('m.csv', `id,prompt,aspect_ratio,model\n${rows.map((row) => `${row},ulazai/sora-2`).join('\n')}\n`);
  expect(faults).toHaveLength(50);
});
