import { EventEmitter } from 'node:events';
import { type Dirent, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { fileTypeFromBuffer } from 'file-type';
import { compose } from '../../src/cli/compose.ts';
import type { JobEntry } from '../../src/cli/documents.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { RunDocument } from '../../src/report/run-document.ts';
import { defaultSandboxOptions, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { type CliEvent, type RunningCli, startCli } from './built-cli.ts';
import { Lines } from './lines.ts';
import type { Screen } from './screen.ts';

/** What a command left behind. */
export interface Ran {
  readonly code: number;
  stdout: string;
  readonly stderr: string;
}

/** How a workshop differs from the usual one. */
export interface WorkshopOptions extends Partial<Omit<SandboxOptions, 'port'>> {
  /** Further lines of `providers.ulazai`, indented by four. */
  readonly ulazai?: readonly string[];
  /** Further lines of `providers.mayanio`, indented by four. */
  readonly mayanio?: readonly string[];
  /** In the place of the documented limits at the sandbox's speed. */
  readonly limits?: string;
  /** How long a lost submission may take to show in the history. */
  readonly settle?: string;
}

/** A folder with a configuration that leads to a sandbox of the test's own, and everything that a test wants to know of both. */
export class Workshop {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly env: Record<string, string>;

  constructor(folder: string, sandbox: Sandbox) {
    this.folder = folder;
    this.sandbox = sandbox;
    this.env = { ULAZAI_API_KEY: sandbox.keys.ulazai, MAYANIO_API_KEY: sandbox.keys.mayanio, NO_COLOR: '1' };
  }

  /** Writes a file of the folder: text, bytes, or a value as JSON (which is YAML too). Returns its path. */
  write(name: string, content: string | Uint8Array | object): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const data = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content, null, 2);
    writeFileSync(path, data);
    return path;
  }

  /** Leads the configuration to another address. */
  leadTo(url: string): void {
    const path = join(this.folder, 'nightshift.config.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/base_url: \S+/g, `base_url: ${url}`));
  }

  /** Runs a command line in this process. `signals` may be told SIGINT; `onEvent` sees each line of `--events` as it comes. */
  async run(
    argv: readonly string[],
    given: {
      /** A folder below the workshop's to call it in. */
      readonly below?: string;
      readonly env?: Record<string, string>;
      readonly signals?: EventEmitter;
      readonly leave?: (code: number) => void;
      readonly onEvent?: (event: CliEvent) => void;
      /** The terminal that standard error goes to. */
      readonly screen?: Screen;
    } = {},
  ): Promise<Ran> {
    // Paths of the command line are relative to the process's folder, as they are for the program.
    const cwd = join(this.folder, given.below ?? '');
    process.chdir(cwd);
    const stdout = new Lines((line) => given.onEvent?.(JSON.parse(line) as CliEvent));
    const stderr = new Lines(() => {});
    const code = await runCli({
      argv,
      env: given.env ?? this.env,
      cwd,
      stdin: new PassThrough(),
      stdout,
      stderr: given.screen ?? stderr,
      signals: given.signals ?? new EventEmitter(),
      leave: given.leave ?? (() => {}),
      compose,
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  /** `run m.yaml --yes --json` and what its document says. A code other than the expected one fails with everything that was printed. */
  async document(argv: readonly string[], code = 0): Promise<RunDocument> {
    const ran = await this.run([...argv, '--json']);
    if (ran.code !== code) throw new Error(`${argv.join(' ')} ended with ${ran.code} instead of ${code}:\n${ran.stderr}\n${ran.stdout}`);
    return JSON.parse(ran.stdout) as RunDocument;
  }

  /** Starts the built program on this folder, in a process of its own. */
  start(argv: readonly string[], env: Record<string, string> = {}, input = ''): RunningCli {
    return startCli(argv, { cwd: this.folder, env: { ...this.env, ...env }, input });
  }

  /** The jobs as `jobs --json` lists them. */
  async jobs(): Promise<readonly JobEntry[]> {
    const ran = await this.run(['jobs', '--json']);
    if (ran.code !== 0) throw new Error(`jobs ended with ${ran.code}:\n${ran.stderr}`);
    return (JSON.parse(ran.stdout) as { jobs: readonly JobEntry[] }).jobs;
  }

  /** One figure out of the queue file. */
  query<T>(sql: string, ...values: readonly unknown[]): T {
    const db = new Database(join(this.folder, '.nightshift/queue.db'), { readonly: true });
    try {
      return db
        .prepare(sql)
        .pluck()
        .get(...values) as T;
    } finally {
      db.close();
    }
  }

  /** Every file below a folder, relative to it, sorted; below `out` without what a run writes about itself. */
  files(under = 'out'): readonly string[] {
    const root = join(this.folder, under);
    return entriesOf(root)
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !under.startsWith('out') || !/(?:^|\/)(?:run_results\.json|failed\.csv)$/.test(file))
      .sort();
  }

  /** The type of an output by its bytes. */
  async typeOf(file: string): Promise<string | undefined> {
    return (await fileTypeFromBuffer(readFileSync(join(this.folder, 'out', file))))?.mime;
  }

  /** Every byte that nightshift and the test left in the folder, save `.env`, by file. */
  contents(): Map<string, Buffer> {
    const files = this.files('.').filter((file) => statSync(join(this.folder, file)).isFile());
    return new Map(files.map((file) => [file, readFileSync(join(this.folder, file))]));
  }

  /** What the sandbox took and gave back at a provider, in units. */
  spent(provider: 'ulazai' | 'mayanio' = 'ulazai'): { readonly charged: number; readonly refunded: number; readonly net: number } {
    const sum = (kind: string): number =>
      this.sandbox.ledger
        .bookings()
        .filter((booking) => booking.provider === provider && booking.kind === kind)
        .reduce((total, booking) => total + Math.abs(booking.amount), 0);
    const [charged, refunded] = [sum('charge'), sum('refund')];
    return { charged, refunded, net: charged - refunded };
  }

  /** How often each prompt was charged. */
  chargesByPrompt(): Map<string, number> {
    const charges = new Map<string, number>();
    for (const { kind, prompt } of this.sandbox.ledger.bookings())
      if (kind === 'charge') charges.set(prompt, (charges.get(prompt) ?? 0) + 1);
    return charges;
  }

  /** POSTs that ask for a generation, as the sandbox saw them. */
  submissions(): number {
    return Object.entries(this.sandbox.ledger.requests())
      .filter(([route]) => route.startsWith('POST') && !route.includes('upload'))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  /** Every request that the sandbox saw. */
  requests(): number {
    return Object.values(this.sandbox.ledger.requests()).reduce((sum, count) => sum + count, 0);
  }

  /** Somebody else spends credits of the account on something that is none of nightshift's. */
  async spendElsewhere(on: { readonly path: string; readonly prompt: string }): Promise<void> {
    const answer = await fetch(this.sandbox.url + on.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.sandbox.keys.ulazai}`, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: on.prompt }),
    });
    if (!answer.ok) throw new Error(`the other spender was refused: ${answer.status} ${await answer.text()}`);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    process.chdir(tmpdir());
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is in a folder now; nothing where it is not there, or was taken away just then: a run tries whether it may make its own. */
function entriesOf(root: string): readonly Dirent[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const open: Workshop[] = [];

/**
 * A sandbox, 300 times faster than real time unless asked otherwise, and a folder whose configuration leads there with limits that are
 * the documented ones at that speed.
 */
export async function sandboxWorkshop(options: WorkshopOptions = {}): Promise<Workshop> {
  const { ulazai = [], mayanio = [], limits, settle = '300ms', ...given } = options;
  const sandbox = await startSandbox({ ...defaultSandboxOptions, speed: 300, ...given, port: 0 });
  const workshop = new Workshop(mkdtempSync(join(tmpdir(), 'nightshift-workshop-')), sandbox);
  open.push(workshop);
  workshop.write('nightshift.config.yaml', configuration(sandbox, given.speed ?? 300, { settle, ulazai, mayanio, limits }));
  return workshop;
}

/** To be called after each test. */
export async function closeWorkshops(): Promise<void> {
  for (const workshop of open.splice(0)) await workshop.close();
}

/** Milliseconds of the given real minutes as the sandbox plays them. */
function configuration(
  sandbox: Sandbox,
  speed: number,
  more: {
    readonly settle: string;
    readonly ulazai: readonly string[];
    readonly mayanio: readonly string[];
    readonly limits: string | undefined;
  },
): string {
  const minutes = (count: number): string => `${Math.ceil((count * 60_000) / speed)}ms`;
  return [
    'out: out/<batch>',
    'providers:',
    '  ulazai:',
    `    base_url: ${sandbox.url}`,
    `    limits: ${more.limits ?? `{ requests: 100/${minutes(1)}, studio_submits: 24/${minutes(60)} }`}`,
    '    poll: { min: 20ms, max: 200ms }',
    `    settle_window: ${more.settle}`,
    ...more.ulazai.map((line) => `    ${line}`),
    '  mayanio:',
    `    base_url: ${sandbox.url}`,
    `    limits: { requests: 100/${minutes(60)} }`,
    '    prices: { nano-banana: 8, vidu-q2: 10, ltx-2: 10, image-to-3d: 20 }',
    `    settle_window: ${more.settle}`,
    ...more.mayanio.map((line) => `    ${line}`),
    '',
  ].join('\n');
}
