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
