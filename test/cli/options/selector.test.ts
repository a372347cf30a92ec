import { describe, expect, test } from 'vitest';
import { parseSelector, type Selectable } from '../../../src/cli/options/selector.ts';

const JOB: Selectable = {
  id: 'sku-7-oak-table',
  model: 'ulazai/image/seedream_5_lite',
  state: 'failed',
  tags: ['spring', 'hero shot'],
  vars: { color: 'red', scene: 'white studio', size: 3, sale: true, title: 'What? (a [b])' },
  change: () => 'missing',
};

const selects = (text: string): boolean => parseSelector('--select', text)(JOB);

describe('selectors', () => {
  test.each([
    'id:sku-*',
    'id:sku-7-oak-table',
    'id:"sku-{7,8}-*"',
    'tag:spring',
    'tag:"hero shot"',
    'model:ulazai/image/*',
    'model:ulazai/**',
    'state:failed',
    'var.color=red',
    'var.scene="white studio"',
    'var.size=3',
    'var.sale=true',
    'state:done state:failed',
    'state:failed,tag:spring',
    'tag:summer tag:spring,state:failed',
    '  state:failed  ',
    'tag:spr*',
    'var.scene="white *"',
    'var.title="What? (a [b])"',
    'change:missing',
    'change:removed change:missing,state:failed',
  ])('%s selects the job', (text) => expect(selects(text)).toBe(true));

  test.each([
    'id:sku',
    'id:SKU-*',
    'tag:spr',
    'model:mayanio/*',
    'state:done',
    'var.color=blue',
    'var.colour=red',
    'var.colour=*',
    'change:unchanged',
    'state:failed,tag:summer',
    'tag:summer state:done',
  ])('%s does not', (text) => expect(selects(text)).toBe(false));

  test.each([
    ['', 'is empty'],
    ['failed', 'is no selector'],
    ['state:fialed', 'did you mean "failed"'],
    ['change:mising', 'did you mean "missing"'],
    ['change:new', 'compares with a manifest'],
    ['colour:red', 'is no selector'],
    ['id:', '"id:" has no value'],
    ['color:red', 'for a variable write var.color=red'],
    ['scene=beach', 'for a variable write var.scene=beach'],
    ['id:{a,b}-film', '"b}-film" is no selector: a value with a blank or a comma goes into quotes'],
    ['var.scene=white studio', '"studio" is no selector: a value with a blank'],
    ['var.scene="white studio', 'not closed'],
  ])('%j is refused and says what is allowed', (text, message) => {
    expect(() => parseSelector('--select', text)).toThrow(message);
  });
});
