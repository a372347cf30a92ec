import { expect, test } from 'vitest';
import { builtPage } from '../../src/page/built-page.ts';
import { pageWithData } from '../../src/page/page-with-data.ts';
import { HTML_PAYLOADS } from '../report/hostile.ts';

const between = (page: string): string => /id="page-data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';

test('whatever stands in the data, it ends no element and comes out as it went in', async () => {
  const data = { texts: [...HTML_PAYLOADS, '</script><script>alert(1)</script>', '<!--<script>', '$& $1 $`', '\u2028\u2029'] };
  const page = pageWithData(await builtPage('review'), data);
  expect(between(page)).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(between(page))).toEqual(data);
});

test.each(['review', 'report'] as const)('the page %s runs nothing but what stands in it, and asks no other origin', async (name) => {
  const page = await builtPage(name);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
  expect(policy).not.toContain('unsafe');
  expect(page).not.toMatch(/<script[^>]* src=|<link[^>]*href="(?!data:)/);
});
