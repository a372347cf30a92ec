import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSandboxOptions, type FaultName, type Sandbox } from '../../src/sandbox/sandbox-options.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Ended, Life, LifeOptions, Program } from './program.ts';

/** How a lab is set up. */
export interface LabOptions {
  readonly faults?: Readonly<Partial<Record<FaultName, number>>>;
  readonly failRate?: number;
  readonly speed?: number;
  readonly seed?: number;
  /** As in the configuration; default 600ms. */
  readonly settle?: string;
  /** Default 3s. */
  readonly submitTimeout?: string;
}

/** A night that goes wrong in every way that the sandbox knows. */
export const BAD_NIGHT: Readonly<Partial<Record<FaultName, number>>> = {
  'server-error': 0.01,
  'server-error-after-charge': 0.02,
  'cut-before-charge': 0.01,
  'cut-after-charge': 0.02,
  'late-charge': 0.03,
  slow: 0.05,
  'broken-json': 0.01,
  'expired-url': 0.05,
  'truncated-file': 0.05,
  'generation-failed': 0.03,
  'status-error': 0.02,
  throttled: 0.005,
};

/** A sandbox with its own account book, and a folder whose configuration leads there. */
export class Lab {
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly #faults: Partial<Record<FaultName, number>>;

  constructor(program: Program, sandbox: Sandbox, folder: string, faults: Partial<Record<FaultName, number>>) {
    this.program = program;
    this.sandbox = sandbox;
    this.folder = folder;
    this.#faults = faults;
  }

  /** From now on these faults play, and no others. */
  play(faults: LabOptions['faults'] = {}): void {
    for (const name of Object.keys(this.#faults)) delete this.#faults[name as FaultName];
    Object.assign(this.#faults, faults);
  }

  get queue(): string {
    return join(this.folder, 'state/queue.db');
  }

  get out(): string {
    return join(this.folder, 'out');
  }

  write(name: string, content: string | object): void {
    writeFileSync(join(this.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  start(argv: readonly string[], options: Omit<LifeOptions, 'cwd'> = {}): Life {
    const keys = { ULAZAI_API_KEY: this.sandbox.keys.ulazai, MAYANIO_API_KEY: this.sandbox.keys.mayanio };
    return this.program.start(argv, { ...options, cwd: this.folder, env: { ...keys, ...options.env } });
  }

  run(argv: readonly string[], options: Omit<LifeOptions, 'cwd'> = {}): Promise<Ended> {
    return this.start(argv, options).ended;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Opens a lab: limits are the documented ones at the sandbox's speed, everything else is its own. */
export async function openLab(program: Program, options: LabOptions = {}): Promise<Lab> {
  const { settle = '600ms', submitTimeout = '3s', speed = 600, ...rest } = options;
  const faults = { ...options.faults };
  const sandbox = await startSandbox({ ...defaultSandboxOptions, balance: 1_000_000, points: 1_000_000, speed, ...rest, faults });
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-crash-'));
  mkdirSync(join(folder, 'state'));
  const lab = new Lab(program, sandbox, folder, faults);
  const minutes = (count: number): string => `${Math.ceil((count * 60_000) / speed)}ms`;
  lab.write('nightshift.config.yaml', {
    out: 'out',
    db: 'state/queue.db',
    providers: {
      ulazai: {
        base_url: sandbox.url,
        limits: { requests: `100/${minutes(1)}`, studio_submits: `24/${minutes(60)}` },
        poll: { min: '10ms', max: '100ms' },
        submit_timeout: submitTimeout,
        settle_window: settle,
      },
      mayanio: {
        base_url: sandbox.url,
        limits: { requests: `100/${minutes(60)}` },
        submit_timeout: submitTimeout,
        settle_window: settle,
        prices: { 'nano-banana': 8, 'vidu-q2': 10, 'ltx-2': 10, 'image-to-3d': 20 },
      },
    },
  });
  return lab;
}
