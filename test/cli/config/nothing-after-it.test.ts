import { describe, expect, test } from 'vitest';
import { sidesOfConfig } from '../both-sides.ts';

// A misspelt limit is a limit that is not kept, with a value after it or with none.
describe('an unknown name with nothing after it is an error, for the program and for the schema', () => {
  test.each([
    [
      'providers:\n  ulazai:\n    limits:\n      concurency:\n      requests: 10/h\n',
      /yaml:4: providers\.ulazai\.limits\.concurency: .*did you mean "concurrency"\?/,
    ],
    ['providers:\n  ulazi:\n    # limits: { requests: 10/h }\n', /yaml:2: providers\.ulazi: .*did you mean "ulazai"\?/],
    ['providers:\n  ulazai:\n    api_key:\n', /yaml:3: providers\.ulazai\.api_key: keys are never read from this file/],
    ['downlods:\n', /yaml:1: downlods: .*did you mean "downloads"\?/],
    ['profiles:\n  client:\n    provider:\n', /yaml:3: profiles\.client\.provider: .*did you mean "providers"\?/],
    ['profiles:\n  a b:\n', /yaml:2: profiles\.a b: /],
    ['providers:\n  ulazai:\n    upload_maxage:\n', /yaml:3: .*did you mean "upload_max_age"\?/],
    ['providers:\n  ulazai:\n    models:\n      x: { kind: }\n', /yaml:4: providers\.ulazai\.models\.x\.kind: .*image or video/],
    ['providers:\n  ulazai:\n    prices:\n      veo3: { per_second: }\n', /yaml:4: providers\.ulazai\.prices\.veo3: .*per_second/],
    ['providers:\n  ulazai:\n    prices:\n      veo3: { per_second: 20, anything: }\n', /yaml:4: providers\.ulazai\.prices\.veo3: /],
  ])('%j', async (text, message) => {
    const { program, schema } = await sidesOfConfig(text);
    expect(program).toEqual([expect.stringMatching(message)]);
    expect(schema).not.toEqual([]);
  });

  test('a price of no model is one without a price after it too; which models there are the schema does not say', async () => {
    const { program } = await sidesOfConfig('providers:\n  ulazai:\n    prices:\n      veo4:\n');
    expect(program).toEqual([expect.stringMatching(/yaml:4: providers\.ulazai\.prices\.veo4: "veo4" is no model of ulazai/)]);
  });
});

describe('a known name with nothing after it is not set', () => {
  test.each([
    '',
    '# nothing but a comment\n',
    'providers:\n',
    'providers:\n  ulazai:\n    # limits: { requests: 10/h }\ndb:\n',
    'providers:\n  ulazai:\n    limits:\n      concurrency:\n    prices:\n      veo3:\n    models:\n      x:\n    paths:\n',
    'providers:\n  ulazai:\n    models:\n      x: { kind: video, durations: , price: }\n',
    'profiles:\n  client:\nnotify:\n  webhook:\n',
  ])('%j', async (text) => {
    expect(await sidesOfConfig(text)).toEqual({ program: [], schema: [] });
  });
});
