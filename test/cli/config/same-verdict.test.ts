import { describe, expect, test } from 'vitest';
import { sidesOfConfig } from '../both-sides.ts';

const ulazai = (setting: string): string => `providers: { ulazai: { ${setting} } }`;
const requests = (window: string): string => ulazai(`limits: { requests: "${window}" }`);
const concurrency = (slots: string): string => ulazai(`limits: { concurrency: ${slots} }`);
const maxBytes = (size: string): string => `downloads: { max_bytes: ${size} }`;
const webhook = (address: string): string => `notify: { webhook: "${address}" }`;
const baseUrl = (address: string): string => ulazai(`base_url: "${address}"`);

describe('the program and the schema both accept', () => {
  test.each([
    ...['100/1h30m', '100 / min', ' 0100/90s ', '1/0.5h', '999999999/d', '5/1d12h', '5/1min30s'].map(requests),
    ...['1', '"05"', '"05..10"', '" 5 .. 10 "', '999999999'].map(concurrency),
    ...['1', '2000', '"2000"', '"10B"', '1.5GiB', '500 MB', '0.5KB', '99999999GB', '9007199254740991'].map(maxBytes),
    ...['https://hooks.example.com/services/abc?key=1', 'HTTP://localhost:4747', 'https://u:p@example.com/x'].map(webhook),
    ...['https://x.com/a@b', 'https://x.com', 'HTTPS://x.com/api/', 'http://[::1]:4747/'].map(baseUrl),
    'out: " a b "',
    ulazai('models: { constructors: { kind: image } }'),
  ])('%s', async (text) => {
    expect(await sidesOfConfig(text)).toEqual({ program: [], schema: [] });
  });
});

describe('the program and the schema both refuse', () => {
  test.each([
    ...['100/30m1h', '100/1h1h', '100/0s', '100/0ms', '100/0.0h', '99999999999999999999/h', '100/.5h', '100/h30m', '0/h'].map(requests),
    ...['9007199254740993', '1e21', '"9007199254740993"', '"1..9007199254740993"', '"0"', '"00..5"', '1000000000'].map(concurrency),
    ...['"0"', '0B', '0GB', '0.0MB', '0.5B', '1.5', '1e21', '99999999999999999999', '"9999999999GB"'].map(maxBytes),
    ...['ftp://example.com/', 'mailto:me@example.com', 'https://', 'https:///x', ' https://example.com ', 'https:example.com'].map(webhook),
    ...[
      'https:x.com',
      'https:/x.com',
      ' https://x.com ',
      'https://u@x.com/',
      'https://x.com?a=1',
      'https://x.com/#a',
      'https://x.com/?',
    ].map(baseUrl),
    ...['constructor', 'prototype', '__proto__'].flatMap((name) => [
      ulazai(`prices: { ${name}: 1 }`),
      ulazai(`models: { ${name}: { kind: image } }`),
      `profiles: { ${name}: {} }`,
    ]),
    'out: "a\\0b"',
    'notify: { command: "a\\0b" }',
    ulazai('upload_field: "a\\0b"'),
    ulazai('models: { x: { kind: image, durations: [99999999999999999999] } }'),
    'out: 99999999999999999999',
    'out: 5',
  ])('%s', async (text) => {
    const { program, schema } = await sidesOfConfig(text);
    expect(program).toHaveLength(1);
    expect(schema).not.toEqual([]);
  });
});
