import { expect, test } from 'vitest';
import { withExtension } from '../../src/files/output-path.ts';

test.each([
  ['shoe', 'png', 'shoe.png'],
  ['shoe.png', 'png', 'shoe.png'],
  ['shoe.PNG', 'png', 'shoe.PNG'],
  ['shoe.jpeg', 'jpg', 'shoe.jpeg'],
  ['shoe.png', 'jpg', 'shoe.png.jpg'],
  ['v1.5', 'mp4', 'v1.5.mp4'],
  ['apng', 'png', 'apng.png'],
])('%s with %s becomes %s', (target, extension, name) => {
  expect(withExtension(target, extension)).toBe(name);
});
