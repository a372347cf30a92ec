import type { SourceFile } from './source-file.ts';

/** A rule of the house: what it looks at, and what it has against a file. A rule that looks at nothing protects nothing. */
export interface Rule {
  readonly name: string;
  applies(file: SourceFile): boolean;
  faults(file: SourceFile, all: readonly SourceFile[]): string[];
}

/** Rooms from the ground up: each may use the layers below its own, never its own neighbours or what is above. */
const LAYERS = [
  ['src/values'],
  ['src/job-type'],
  ['src/manifest'],
  ['src/plan'],
  ['src/queue', 'src/schedule', 'src/http', 'src/files', 'src/page'],
  ['src/work', 'src/report', 'src/review', 'src/sandbox'],
  ['src/cli'],
  ['src/library'],
] as const;

/** Rooms that use fewer than their layer would allow. */
const ALLOWED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...LAYERS.flatMap((layer, index) => layer.map((room): [string, string[]] => [room, LAYERS.slice(0, index).flat()])),
  ['jobs', ['src/values', 'src/job-type']],
  // The browser's side: of `src` it knows types only, see below.
  ['ui', LAYERS.flat()],
]);

/** The only file that wires everything. */
const WIRING = 'src/cli/compose.ts';

/** The package's front door, which hands on the types of its documents. */
const FRONT_DOOR = 'src/library/nightshift.ts';

/** Rooms and files without clock, randomness, process, network and disk: those come in as arguments. */
const PURE = ['src/values/', 'src/job-type/', 'src/plan/', 'jobs/', 'src/queue/job-states.ts', 'src/report/report-figures.ts'] as const;
const IMPURE_USES = [
  'process',
  'fetch',
  'performance',
  'crypto',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Date.now',
  'Math.random',
  'new Date()',
  'Date()',
] as const;
/** `node:` modules that touch nothing outside, with the names that may be taken of them. */
const PURE_NODE: ReadonlyMap<string, readonly string[]> = new Map([
  ['node:crypto', ['createHash']],
  ['node:util', ['isDeepStrictEqual', 'stripVTControlCharacters']],
  ['node:buffer', ['Buffer']],
]);
const PURE_PACKAGES = ['zod', 'safe-stable-stringify', 'lossless-json', 'fastest-levenshtein'] as const;

const MAX_LINES = 250;

/** The room of a path: `src/<room>` or `jobs`. */
export function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'src' ? `src/${second}` : first;
}

const roomRules = [...ALLOWED].map(
  ([room, allowed]): Rule => ({
    name: `${room} imports only ${[room, ...allowed].join(', ')}`,
    applies: (file) => roomOf(file.path) === room && file.path !== WIRING,
    faults: (file) =>
      file.imports
        .filter(({ own, target }) => own && roomOf(target) !== room && !allowed.includes(roomOf(target)))
        .map(({ target }) => `imports ${target}`),
  }),
);

/** Every rule, with what a reader needs to know to keep it. */
export const RULES: readonly Rule[] = [
  ...roomRules,
  {
    name: 'every module belongs to a room with a rule',
    applies: () => true,
    faults: (file) => (ALLOWED.has(roomOf(file.path)) ? [] : [`is in ${roomOf(file.path)}, which no rule knows: add it to LAYERS`]),
  },
  {
    name: 'imports of our own modules exist and name the file, extension included',
    applies: (file) => file.imports.some(({ own }) => own),
    faults: (file, all) => {
      const paths = new Set(all.map(({ path }) => path));
      return file.imports
        .filter(({ own, target }) => own && !paths.has(target) && !target.endsWith('.css'))
        .map(({ target }) => `imports ${target}, which is not there`);
    },
  },
  {
    name: 'only the wiring imports jobs',
    applies: (file) => file.path.startsWith('src/') && file.path !== WIRING,
    faults: (file) => file.imports.filter(({ own, target }) => own && roomOf(target) === 'jobs').map(({ target }) => `imports ${target}`),
  },
  {
    name: 'pure rooms touch no clock, randomness, process, network or disk',
    applies: (file) => PURE.some((start) => file.path.startsWith(start)),
    faults: (file) => [
      ...IMPURE_USES.filter((use) => file.uses.has(use)).map((use) => `uses ${use}: take it as an argument`),
      ...file.imports
        .filter((each) => !each.own && !isPureImport(each))
        .map(({ target, names }) => `imports ${names.join(', ')} from ${target}`),
    ],
  },
  {
    name: 'only cli prints and ends the process',
    applies: (file) => roomOf(file.path) !== 'src/cli',
    faults: (file) =>
      ['console', 'process.exit', 'process.exitCode', 'process.abort', 'process.stdout', 'process.stderr']
        .filter((use) => file.uses.has(use))
        .map((use) => `uses ${use}: report through an argument`),
  },
  {
    name: 'one place ends the process',
    applies: (file) => roomOf(file.path) === 'src/cli' && file.path !== 'src/cli/main.ts',
    faults: (file) => ['console', 'process.exit', 'process.exitCode'].filter((use) => file.uses.has(use)).map((use) => `uses ${use}`),
  },
  {
    name: 'pages take nothing but types from the program',
    applies: (file) => roomOf(file.path) === 'ui',
    faults: (file) =>
      file.imports
        .filter(({ own, target, typeOnly }) => own && roomOf(target) !== 'ui' && !typeOnly)
        .map(({ target }) => `imports ${target} at run time`),
  },
  {
    name: 'no barrels',
    applies: () => true,
    faults: (file) => [
      ...(file.exports.fromElsewhere && file.path !== FRONT_DOOR ? ['exports what another module has'] : []),
      ...(/^src\/.*index\.ts$/.test(file.path) ? ['is an index'] : []),
    ],
  },
  {
    name: 'no default exports',
    applies: () => true,
    faults: (file) => (file.exports.byDefault ? ['has a default export'] : []),
  },
  {
    name: `at most ${MAX_LINES} lines a file`,
    applies: () => true,
    faults: (file) => (file.lines > MAX_LINES ? [`has ${file.lines} lines: one idea a file`] : []),
  },
  {
    name: 'one file knows Bottleneck, only the queue opens SQLite',
    applies: (file) => importsAtRunTime(file, 'bottleneck') || importsAtRunTime(file, 'better-sqlite3'),
    faults: (file, all) => {
      const first = all.find((other) => importsAtRunTime(other, 'bottleneck'));
      return [
        ...(importsAtRunTime(file, 'bottleneck') && first !== file ? [`imports bottleneck as ${first?.path} does`] : []),
        ...(importsAtRunTime(file, 'better-sqlite3') && roomOf(file.path) !== 'src/queue' ? ['imports better-sqlite3'] : []),
      ];
    },
  },
  {
    name: 'a job type is one file: nothing outside of jobs names a model family or asks a provider by name',
    // The sandbox plays the providers, so it must know what they serve. Sentences for people may give a model as an example.
    applies: (file) => file.path.startsWith('src/') && roomOf(file.path) !== 'src/sandbox',
    faults: (file, all) => {
      const families = all.flatMap((each) => (each.path.startsWith('jobs/') ? each.families : []));
      const providers = [...new Set(families.map((family) => family.split('/')[0] ?? ''))];
      return file.texts.flatMap((text) => [
        ...families
          .filter((family) => text === family || (text.startsWith(`${family}/`) && !text.includes(' ')))
          .map((family) => `names ${family}`),
        ...providers.filter((provider) => text === provider).map((provider) => `names ${provider}: make it a capability field`),
      ]);
    },
  },
];

/** `path: rule: fault` for everything that is against a rule. */
export function violations(files: readonly SourceFile[], rules: readonly Rule[] = RULES): string[] {
  return [
    ...rules.flatMap((rule) =>
      files.filter(rule.applies).flatMap((file) => rule.faults(file, files).map((fault) => `${file.path}: ${rule.name}: ${fault}`)),
    ),
    ...cycles(files),
  ];
}

/** Rules that look at no file at all: the layout has changed under them. */
export function idleRules(files: readonly SourceFile[]): string[] {
  return RULES.filter((rule) => !files.some(rule.applies)).map((rule) => rule.name);
}

function isPureImport({ target, names }: { target: string; names: readonly string[] }): boolean {
  if (!target.startsWith('node:')) return PURE_PACKAGES.some((name) => name === target);
  const allowed = PURE_NODE.get(target);
  return allowed !== undefined && names.length > 0 && names.every((name) => allowed.includes(name));
}

function importsAtRunTime(file: SourceFile, name: string): boolean {
  return file.imports.some(({ target, typeOnly }) => target === name && !typeOnly);
}

/** Modules that need each other to load; types alone do not count. */
function cycles(files: readonly SourceFile[]): string[] {
  const next = new Map(
    files.map((file) => [file.path, file.imports.filter(({ own, typeOnly }) => own && !typeOnly).map(({ target }) => target)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push(`${path}: no cycles: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`);
    if (done.has(path) || trail.includes(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return found;
}
