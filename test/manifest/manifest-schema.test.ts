import { expect, test } from 'vitest';
import { MANIFEST_KEYS, manifestJsonSchema } from '../../src/manifest/manifest-schema.ts';

test('the JSON Schema knows every key of a manifest and allows no other', () => {
  const schema = manifestJsonSchema();
  expect(Object.keys(schema.properties as object)).toEqual(MANIFEST_KEYS);
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(JSON.stringify(schema)).toContain('GitHub Actions');
});
