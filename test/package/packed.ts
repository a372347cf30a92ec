import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The package as npm would install it into a project: the files of its tarball and nothing else of the repository. */
export interface Packed {
  /** A project that depends on it. */
  readonly project: string;
  /** The program behind the command. */
  readonly main: string;
  /** Every path in the tarball. */
  readonly files: readonly string[];
  remove(): void;
}

/** Packs what was built and unpacks it into a project. Its dependencies are those that are installed here. */
export function packAndUnpack(): Packed {
  if (!existsSync(join(root, 'dist/src/cli/main.js'))) throw new Error('These tests pack the built program: npm run build');
  const project = mkdtempSync(join(tmpdir(), 'nightshift-packed-'));
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string; files: { path: string }[] }];
  const home = join(project, 'node_modules/nightshift');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(project, packed.filename), '-C', home, '--strip-components=1']);
  symlinkSync(realpathSync(join(root, 'node_modules')), join(home, 'node_modules'));
  return {
    project,
    main: join(home, 'dist/src/cli/main.js'),
    files: packed.files.map(({ path }) => path),
    remove: () => rmSync(project, { recursive: true, force: true }),
  };
}
