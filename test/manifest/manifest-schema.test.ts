import { expect, test } from 'vitest';
import { registry } from '../../jobs/index.ts';
import { manifestJsonSchema } from '../../src/manifest/manifest-json-schema.ts';
import { MANIFEST_KEYS } from '../../src/manifest/manifest-schema.ts';

test('the JSON Schema knows every key of a manifest and allows no other', () => {
  const schema = manifestJsonSchema(registry);
  expect(Object.keys(schema.properties as object)).toEqual(['$schema', ...MANIFEST_KEYS]);
  expect(schema).toMatchObject({ type: ['object', 'array'], additionalProperties: false });
  expect(JSON.stringify(schema)).toContain('GitHub Actions');
});
