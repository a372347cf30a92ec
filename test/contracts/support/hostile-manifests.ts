/** Files that are wrong, or meant to hurt, and what must be said of them. */
export interface Hostile {
  readonly name: string;
  /** By file name; the first is the manifest. `nightshift.config.yaml` replaces the usual one's place. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** `file:line field: message` of one problem, or a line on standard error. */
  readonly says: RegExp;
}

const ROWS = 'model: ulazai/image\nid: "r{{ a }}"\nprompt: "{{ a }}"\nrows: r.csv\n';
const LINES = 'model: ulazai/image\nid: "r{{ a }}"\nprompt: "{{ a }}"\nrows: r.jsonl\n';

const yaml = (name: string, text: string | Uint8Array, says: RegExp): Hostile => ({ name, files: { 'm.yaml': text }, says });
const csv = (name: string, rows: string | Uint8Array, says: RegExp): Hostile => ({ name, files: { 'm.yaml': ROWS, 'r.csv': rows }, says });
const jsonl = (name: string, rows: string | Uint8Array, says: RegExp): Hostile => ({
  name,
  files: { 'm.yaml': LINES, 'r.jsonl': rows },
  says,
});
const config = (name: string, text: string | Uint8Array, says: RegExp): Hostile => ({
  name,
  files: { 'm.yaml': image(''), 'nightshift.config.yaml': text },
  says,
});

/** A manifest of one image with further lines. */
export function image(more: string): string {
  return `model: ulazai/image\nid: pear\nprompt: a pear\n${more}`;
}

const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const levels = (count: number, leaf: (below: number) => string): string => Array.from({ length: count }, (_, at) => leaf(at)).join('\n');

const YAMLS: readonly Hostile[] = [
  yaml(
    'an alias bomb of 9^10 values',
    `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${levels(9, (at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`)}`,
    /m\.yaml:\d+: \S+: more than (1000000 values|10000 aliases)/,
  ),
  yaml(
    'an alias bomb of mappings in the parameters',
    `model: ulazai/image\nparams:\n  a0: &a0 {x: 1, y: 1, z: 1, u: 1, v: 1, w: 1, q: 1, r: 1, s: 1}\n${levels(9, (at) => `  a${at + 1}: &a${at + 1} {${Array.from({ length: 9 }, (_, n) => `k${n}: *a${at}`).join(', ')}}`)}\n`,
    /m\.yaml:\d+: params\S*: more than/,
  ),
  yaml('an alias of itself', `${image('')}params: &x { y: *x }\n`, /m\.yaml:4: params/),
  yaml('an alias without an anchor', image('tags: *nowhere\n'), /m\.yaml:4: tags: .*anchor/),
  yaml('nesting of 20,000 lists', `${image('')}params: { x: ${'['.repeat(20_000)}${']'.repeat(20_000)} }\n`, /m\.yaml:4: /),
  yaml('nesting of 20,000 open lists', `x: ${'['.repeat(20_000)}\n`, /m\.yaml:1: /),
  yaml('nesting of 20,000 block lists', `${'- '.repeat(20_000)}x\n`, /m\.yaml:1: /),
  yaml(
    'nesting of 150 mappings',
    `${image('')}params:\n${levels(150, (at) => `${' '.repeat(at + 2)}a:`)} 1\n`,
    /m\.yaml:\d+: params\S*: nested more than 100 levels/,
  ),
  yaml(
    '__proto__ as a parameter',
    image('params:\n  __proto__: { polluted: 1 }\n'),
    /m\.yaml:5: params\.__proto__: "__proto__" cannot be used/,
  ),
  yaml('__proto__ at the top', image('__proto__: { polluted: 1 }\n'), /m\.yaml:4: __proto__: "__proto__" cannot be used/),
  yaml(
    'constructor.prototype',
    image('params: { constructor: { prototype: { polluted: 1 } } }\n'),
    /m\.yaml:4: params\.constructor: .*cannot be used/,
  ),
  yaml('__proto__ by a merge', image('base: &b { __proto__: { polluted: 1 } }\nparams: { <<: *b }\n'), /__proto__" cannot be used/),
  yaml('__proto__ as an axis', image('matrix: { __proto__: [1, 2] }\n'), /m\.yaml:4: matrix\.__proto__/),
  yaml('a key twice', image('prompt: another\n'), /m\.yaml:4: prompt: "prompt" is given twice/),
  yaml('a list as a name', image('params: { [a, b]: 1 }\n'), /m\.yaml:4: params: a mapping or list cannot be a name/),
  yaml('two documents', `${image('')}---\n${image('')}`, /m\.yaml:4: YAML syntax: .*multiple documents/),
  yaml('a tab as indentation', 'model: ulazai/image\nparams:\n\taspect_ratio: "1:1"\nprompt: x\n', /m\.yaml:3: .*YAML syntax/),
  yaml('a tag that makes an object', image('params: !!js/function "function(){ return 1 }"\n'), /m\.yaml:4: YAML syntax: Unresolved tag/),
  yaml('a tag of Python', image('params: { x: !!python/object/apply:os.system ["true"] }\n'), /m\.yaml:4: YAML syntax: Unresolved tag/),
  yaml('binary as a prompt', 'model: ulazai/image\nid: x\nprompt: !!binary "AAECAw=="\n', /m\.yaml:3: prompt/),
  yaml('a NUL character', 'model: ulazai/image\nid: x\nprompt: "a\0b"\n', /m\.yaml:3: .*NUL/),
  yaml('a NUL by an escape', 'model: ulazai/image\nid: "a\\0b"\nprompt: x\n', /m\.yaml:\d: id/),
  yaml('UTF-16 without a byte order mark', utf16le(image('')), /m\.yaml:1: .*NUL/),
  yaml('latin1', Buffer.from('model: ulazai/image\nid: x\nprompt: caf\xe9\n', 'latin1'), /m\.yaml:3: .*not UTF-8/),
  yaml('a cut character', Buffer.from('model: ulazai/image\nprompt: \xe2\x82', 'latin1'), /m\.yaml:2: .*not UTF-8/),
  yaml('bytes that are no text', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256)), /m\.yaml:\d+: /),
  yaml('a PNG picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /m\.yaml:1: /),
  yaml('nothing', '', /m\.yaml:1: the manifest is empty/),
  yaml('a list', '- a\n- b\n', /m\.yaml:2: jobs\[1\]: found "b"; must be a mapping/),
  yaml('only a number', '42\n', /m\.yaml:1: .*a mapping with at least/),
  yaml('a file of 40 MB', Buffer.alloc(40 * 1024 * 1024, '# a comment\n'), /m\.yaml: .*at most 8388608 are read/),
  yaml(
    'aliases all over a long document',
    `${image('')}tags: [${'x,'.repeat(200_000)}x]\nparams: { b: &b [1], x: [${Array(9_999).fill('*b').join(',')}] }\nbudget: -1\n`,
    /m\.yaml:6: budget/,
  ),
  yaml('two million empty lists', image(`tags: [${'[],'.repeat(2_000_000)}[]]\n`), /m\.yaml: too many values/),
  yaml('four million comments', '#\n'.repeat(4_000_000), /m\.yaml: too many values/),
  yaml('a million and more values', image(`tags: [${'x,'.repeat(1_000_100)}x]\n`), /m\.yaml: too many values/),
  yaml(
    'a matrix of 12^6',
    image(
      `matrix: { ${'abcdef'
        .split('')
        .map((axis) => `${axis}: [1,2,3,4,5,6,7,8,9,10,11,12]`)
        .join(', ')} }\n`,
    ),
    /m\.yaml:4: matrix: the matrix has 2985984 combinations/,
  ),
  yaml(
    'a matrix beyond every number',
    image(`matrix: { ${Array.from({ length: 400 }, (_, axis) => `a${axis}: [1,2,3,4,5,6,7,8,9,10]`).join(', ')} }\n`),
    /m\.yaml:4: matrix: the matrix has more combinations than can be counted/,
  ),
  yaml('copies beyond every number', image('copies: 99999999999999999999\n'), /m\.yaml:4: copies/),
  yaml('a billion copies', image('copies: 1000000000\n'), /m\.yaml:\d+: .*1000000 jobs|m\.yaml.*max-rows/),
  yaml('no copies', image('copies: 0\n'), /m\.yaml:4: copies: .*at least 1/),
  yaml(
    'a loop of a billion turns',
    'model: ulazai/image\nid: x\nprompt: "{% for i in (1..1000000000) %}x{% endfor %}"\n',
    /m\.yaml:\d+: prompt: cannot be rendered/,
  ),
  yaml(
    'loops in loops, in every row',
    `model: ulazai/image\nid: "r{{ n }}"\nprompt: "{% for i in (1..30000) %}{% for j in (1..30000) %}{{ n }}{% endfor %}{% endfor %}"\nrows:\n${levels(200, (at) => `  - { n: ${at} }`)}\n`,
    /m\.yaml:\d+: prompt: cannot be rendered/,
  ),
  yaml(
    'a template that grows without end',
    'model: ulazai/image\nid: x\nprompt: "{% assign a = \'xxxxxxxxxx\' %}{% for i in (1..200) %}{% assign a = a | append: a %}{% endfor %}{{ a }}"\n',
    /m\.yaml:\d+: prompt: cannot be rendered/,
  ),
  yaml(
    'a template that reads files',
    'model: ulazai/image\nid: x\nprompt: "{% include \'/etc/passwd\' %}"\n',
    /m\.yaml:3: prompt: .*not a valid template/,
  ),
  yaml(
    'a template that reaches for the constructor',
    'model: ulazai/image\nid: x\nprompt: "{{ a.constructor.constructor }}"\nrows: [{ a: {} }]\n',
    /m\.yaml:\d+: prompt/,
  ),
  yaml('a template that never ends', 'model: ulazai/image\nid: x\nprompt: "{% if a %}x"\n', /m\.yaml:3: prompt: .*not a valid template/),
  yaml(
    'an id of a megabyte',
    `model: ulazai/image\nprompt: x\nid: ${'i'.repeat(1_000_000)}\n`,
    /m\.yaml:3: id: an id of 1000000 characters; at most 200/,
  ),
  yaml('an id with a line break', 'model: ulazai/image\nprompt: x\nid: "a\\nb"\n', /m\.yaml:3: id: .*line break/),
  yaml('an id that turns around', 'model: ulazai/image\nprompt: x\nid: "a\\u202Eb"\n', /m\.yaml:3: id: /),
  yaml('a prompt of a megabyte', `model: ulazai/image\nid: x\nprompt: ${'p'.repeat(1_000_000)}\n`, /m\.yaml:3: prompt: .*5000/),
  yaml('a budget of infinity', image('budget: .inf\n'), /m\.yaml:4: budget: /),
  yaml('a budget that is no number', image('budget: .nan\n'), /m\.yaml:4: budget: /),
  yaml('a negative budget', image('budget: -1\n'), /m\.yaml:4: budget: found -1; must be an amount/),
  yaml('a budget of 2^64', image('budget: 18446744073709551616\n'), /m\.yaml:4: budget: .*must be an amount/),
  yaml('rows outside of every folder', image('rows: /dev/zero\n'), /m\.yaml:4: rows/),
  yaml('rows that never end', image('rows: /proc/self/mem\n'), /m\.yaml:4: rows/),
  yaml('rows that are a folder', image('rows: "."\n'), /m\.yaml:4: rows/),
  yaml('an input that is a device', image('params: { images: ["/dev/zero"] }\n'), /m\.yaml:4: params\.images/),
  yaml('an input that is a password file', image('params: { images: ["/etc/passwd"] }\n'), /m\.yaml:4: params\.images/),
  yaml('a key that nearly is one', image('promt: x\n'), /m\.yaml:4: promt: .*prompt/),
];

const CSVS: readonly Hostile[] = [
  csv('an open quote', 'a,b\n1,2\n"open,3\n4,5\n', /r\.csv:3: .*quote/),
  csv('a quote in the middle', 'a\nx"y"z\n', /r\.csv:2: .*quot/),
  csv('text after a closing quote', 'a\n"x"y\n', /r\.csv:2: .*quot/),
  csv(
    'a cell of 50 MB',
    Buffer.concat([Buffer.from('a\n1\n"'), Buffer.alloc(50_000_000, 'q'), Buffer.from('"\n')]),
    /r\.csv:3: .*1048576 bytes/,
  ),
  csv('a line of 50 MB without an end', Buffer.concat([Buffer.from('a\n1\n'), Buffer.alloc(50_000_000, 'q')]), /r\.csv:3: .*1048576 bytes/),
  csv('a header of 50 MB', Buffer.alloc(50_000_000, 'h'), /r\.csv:1: .*1048576 bytes/),
  csv('a NUL character', 'a\nok\nx\0y\n', /r\.csv:3: .*NUL/),
  csv('latin1', Buffer.from('a\nok\ncaf\xe9\n', 'latin1'), /r\.csv:3: .*not UTF-8/),
  csv('UTF-16 without a byte order mark', utf16le('a,b\n1,2\n'), /r\.csv:1: .*NUL/),
  csv('half a character of UTF-16', Buffer.concat([utf16le('\ufeffa\n'), Buffer.from([0x00, 0xd8, 0x41, 0x00])]), /r\.csv:\d+: .*UTF-16/),
  csv('a column twice', 'a,b,a\n1,2,3\n', /r\.csv:1: a: columns 1 and 3/),
  csv('a column twice, but for blanks', 'a, a \n1,2\n', /r\.csv:1: a: columns 1 and 2/),
  csv('a column without a name', 'a,\n1,2\n', /r\.csv:1: column 2/),
  csv('__proto__ as a column', 'a,__proto__\n1,2\n', /r\.csv:1: __proto__/),
  csv('constructor as a column', 'a,constructor\n1,2\n', /r\.csv:1: constructor/),
  csv('more cells than columns', 'a\n1\n2,3\n', /r\.csv:3: .*2 cells/),
  csv('fewer cells than columns', 'a,b\n1,2\n3\n', /r\.csv:3: .*1 cells/),
  csv('semicolons', 'a;b\n1;2\n', /r\.csv:1: .*semicolons/),
  csv('nothing', '', /r\.csv:1: .*empty/),
  csv('only a byte order mark', '\ufeff', /r\.csv:1: /),
  csv(
    'twenty thousand columns without rows of theirs',
    `${Array.from({ length: 20_000 }, (_, at) => `c${at}`).join(',')}\n1\n`,
    /r\.csv:2: .*1 cells/,
  ),
  csv('an id twice', 'a\nx\ny\nx\n', /r\.csv:4: id: the id "rx" is also that of the job at r\.csv line 2/),
  csv('ids that are twins but for their case', 'a\nX\nx\n', /r\.csv:3: output: .*differ only in case/),
  csv('an id that leaves the folder', 'a\n/../../../../etc/x\n', /r\.csv:2: id: .*would leave the output folder/),
  {
    name: 'a seed that is no number, in a manifest of rows',
    files: { 'm.csv': 'id,model,prompt,duration\nx,ulazai/kling-3.0,p,1e400\n' },
    says: /m\.csv:2: duration/,
  },
  {
    name: 'a column that nearly is a parameter',
    files: { 'm.csv': 'id,model,prompt,aspect_ration\nx,ulazai/image,p,1:1\n' },
    says: /m\.csv:1: aspect_ration: .*aspect_ratio/,
  },
  {
    name: 'copies of -1, in a manifest of rows',
    files: { 'm.csv': 'id,model,prompt,copies\nx,ulazai/image,p,-1\n' },
    says: /m\.csv:2: copies/,
  },
  {
    name: 'copies in hexadecimal, in a manifest of tabs',
    files: { 'm.tsv': 'id\tmodel\tprompt\tcopies\nx\tulazai/image\tp\t0x10\n' },
    says: /m\.tsv:2: copies/,
  },
];

const JSONLS: readonly Hostile[] = [
  jsonl('nesting of 20,000 lists', `{"a": 1}\n{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`, /r\.jsonl:2: .*nested more than 100/),
  jsonl('nesting of 200,000 open lists', `{"a": ${'['.repeat(200_000)}\n`, /r\.jsonl:1: /),
  jsonl(
    'a line of 50 MB',
    Buffer.concat([Buffer.from('{"a": 1}\n{"a": "'), Buffer.alloc(50_000_000, 'q'), Buffer.from('"}\n')]),
    /r\.jsonl:2: .*1048576 bytes/,
  ),
  jsonl('__proto__', '{"a": 1, "__proto__": {"polluted": 1}}\n', /r\.jsonl:1: .*__proto__/),
  jsonl('__proto__ further in', '{"a": 1, "b": [{"__proto__": {"polluted": 1}}]}\n', /r\.jsonl:1: .*__proto__/),
  jsonl('a name twice', '{"a": 1, "a": 2}\n', /r\.jsonl:1: "a" is given twice/),
  jsonl('a name twice, further in', '{"a": 1, "b": [{"c": 1, "c": 2}]}\n', /r\.jsonl:1: "c" is given twice/),
  jsonl('a list', '{"a": 1}\n[1]\n', /r\.jsonl:2: .*one JSON object/),
  jsonl('not JSON', '{"a": 1}\n{a: 2}\n', /r\.jsonl:2: .*not JSON/),
  jsonl('NaN', '{"a": NaN}\n', /r\.jsonl:1: .*not JSON/),
  jsonl('a number beyond doubles', '{"a": 1e400}\n', /r\.jsonl:1: /),
  jsonl('a NUL character', '{"a": "x\0"}\n', /r\.jsonl:1: .*NUL/),
  jsonl('latin1', Buffer.from('{"a": "ok"}\n{"a": "caf\xe9"}\n', 'latin1'), /r\.jsonl:2: .*not UTF-8/),
  jsonl('a mapping where a text is printed', '{"a": {"b": 1}}\n', /r\.jsonl:1: |m\.yaml/),
  {
    name: 'a manifest of lines with an unknown name',
    files: { 'm.jsonl': '{"model": "ulazai/image", "prompt": "x", "id": "x", "prompts": 1}\n' },
    says: /m\.jsonl:1: prompts/,
  },
];

const CONFIGS: readonly Hostile[] = [
  config(
    'an alias bomb',
    `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${levels(9, (at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`)}`,
    /nightshift\.config\.yaml:\d+: .*more than/,
  ),
  config('an unknown name', 'providers:\n  ulazai:\n    base_ur: http://127.0.0.1:1\n', /nightshift\.config\.yaml:3: .*base_ur/),
  config('an unknown provider', 'providers:\n  ulazi: {}\n', /nightshift\.config\.yaml:2: .*ulazi/),
  config('__proto__', 'providers:\n  __proto__: { base_url: "http://127.0.0.1:1" }\n', /nightshift\.config\.yaml:2: .*__proto__/),
  config(
    'a base URL that is a file',
    'providers:\n  ulazai: { base_url: "file:///etc/passwd" }\n',
    /nightshift\.config\.yaml:2: providers\.ulazai\.base_url/,
  ),
  config(
    'a base URL with a key in it',
    'providers:\n  ulazai: { base_url: "http://me:secretkey@127.0.0.1:1" }\n',
    /nightshift\.config\.yaml:2: providers\.ulazai\.base_url: found "http:\/\/…@127/,
  ),
  config(
    'a base URL with a query',
    'providers:\n  ulazai: { base_url: "http://127.0.0.1:1/?a=b" }\n',
    /nightshift\.config\.yaml:2: providers\.ulazai\.base_url/,
  ),
  config(
    'an authorization scheme with a line break',
    'providers:\n  ulazai: { auth_scheme: "Bearer\\r\\nX-Evil: 1" }\n',
    /nightshift\.config\.yaml:2: providers\.ulazai\.auth_scheme/,
  ),
  config('a limit of none', 'providers:\n  ulazai: { limits: { requests: 0/min } }\n', /nightshift\.config\.yaml:2: .*requests/),
  config('a limit beyond numbers', 'providers:\n  ulazai: { limits: { requests: 1e999/min } }\n', /nightshift\.config\.yaml:2: .*requests/),
  config('a duration that is none', 'providers:\n  ulazai: { settle_window: -5s }\n', /nightshift\.config\.yaml:2: .*settle_window/),
  config('a price that is negative', 'providers:\n  ulazai: { prices: { image: -8 } }\n', /nightshift\.config\.yaml:2: .*prices/),
  config('a price that is no number', 'providers:\n  ulazai: { prices: { image: .nan } }\n', /nightshift\.config\.yaml:2: .*prices/),
  config('a price of infinity', 'providers:\n  ulazai: { prices: { image: .inf } }\n', /nightshift\.config\.yaml:2: .*prices/),
  config('no downloads at a time', 'downloads: { concurrency: 0 }\n', /nightshift\.config\.yaml:1: downloads\.concurrency/),
  config(
    'a path that goes elsewhere',
    'providers:\n  mayanio: { base_url: "http://127.0.0.1:1", paths: { videos: "//evil.example/x" } }\n',
    /nightshift\.config\.yaml:2: .*paths\.videos/,
  ),
  config('latin1', Buffer.from('out: caf\xe9\n', 'latin1'), /nightshift\.config\.yaml:1: .*not UTF-8/),
  config('a NUL character', 'out: "a\0b"\n', /nightshift\.config\.yaml:1: .*NUL/),
  config('a list', '- a\n', /nightshift\.config\.yaml:1: /),
];

/** All of them, by the kind of file that is wrong. */
export const HOSTILE: Readonly<Record<string, readonly Hostile[]>> = {
  'a manifest': YAMLS,
  'a table': CSVS,
  'a file of JSON lines': JSONLS,
  'a configuration': CONFIGS,
};
