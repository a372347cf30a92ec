import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../src/manifest/template.ts';

test('variables, filters and conditions are rendered', () => {
  const render = (text: string, variables = {}) => compileTemplate(text).render(variables, 1);
  expect(render('{{ a }} {{b}} {{ a | upcase }}', { a: 'x', b: 2 })).toBe('x 2 X');
  expect(render('{{ scene | slugify }}', { scene: 'Beach at Dawn!' })).toBe('beach-at-dawn');
  expect(render('{{ a | default: "none" }}{% if b %}b{% endif %}')).toBe('none');
  expect(render('{{ ["Product name"] }}', { 'Product name': 'Mug' })).toBe('Mug');
  expect(render('no tags } {')).toBe('no tags } {');
});

test('an empty cell is a no in a condition, and 0 is a value', () => {
  const render = (text: string, x: string | number | boolean | null) => compileTemplate(text).render({ x }, 1);
  const phrase = 'a mug{% if x %}, {{ x }}{% endif %}';
  expect(['oak', '', null, false].map((x) => render(phrase, x))).toEqual(['a mug, oak', 'a mug', 'a mug', 'a mug']);
  expect(render('{% unless x %}plain{% endunless %}', '')).toBe('plain');
  expect(render('{% if x == "" %}empty{% endif %}{% if x == blank %}, blank{% endif %}', '')).toBe('empty, blank');
  expect(['', 'oak', 0, '0', null].map((x) => render('{{ x | default: "plain" }}', x))).toEqual(['plain', 'oak', '0', '0', 'plain']);
  expect(() => compileTemplate('{% if x %}{{ y }}{% endif %}').render({ x: 'oak' }, 1)).toThrow('unknown name "y"');
});

test('the copy is known unless the row has a word of that name', () => {
  const template = compileTemplate('{{ copy }}');
  expect(template.render({}, 3)).toBe('3');
  expect(template.render({ copy: 'Buy now' }, 3)).toBe('Buy now');
});

test('an unknown name or filter is a fault that names the nearest', () => {
  expect(() => compileTemplate('{{ titel }}').render({ title: 'x', sku: 'y' }, 1)).toThrow(
    'unknown name "titel"; known here: title, sku, copy; did you mean "title"?',
  );
  expect(() => compileTemplate('{{ a | upcas }}')).toThrow(/undefined filter: upcas.*did you mean "upcase"\?/);
});

test('inserting plainly gives what the engine gives', () => {
  // A filter that changes nothing sends the same text through the engine itself.
  const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(
      value,
      fc.string().filter((text) => !/[{}%]/.test(text)),
      (inserted, around) => {
        const quick = compileTemplate(`${around}{{ x }}${around}`).render({ x: inserted }, 1);
        expect(quick).toBe(
          compileTemplate(`${around}{{- x | append: "" -}}${around}`.replace('{{-', '{{').replace('-}}', '}}')).render({ x: inserted }, 1),
        );
      },
    ),
  );
});

test('lists and mappings are not printed as they are, fields and joined lists are', () => {
  const render = (text: string) => compileTemplate(text).render({ list: ['a', 'b'], product: { title: 'Mug' } }, 1);
  expect(() => render('{{ list }}')).toThrow('join it');
  expect(() => render('x {{ product }}')).toThrow('name one of its fields');
  expect(render('{{ list | join: ", " }} {{ product.title }}{% for one in list %} {{ one }}{% endfor %}')).toBe('a, b Mug a b');
});
