import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { downloadFile } from '../../files/download.ts';
import type { DownloadFailure } from '../../files/download-outcome.ts';
import { FilePlacer } from '../../files/file-placer.ts';
import { SIDECAR_SUFFIX } from '../../files/own-files.ts';
import { moveFile } from '../../files/place-file.ts';
import { moveSidecar, sidecarAt, writeSidecar } from '../../files/sidecar-file.ts';
import { verifyFile } from '../../files/verify.ts';
import { KeySeal } from '../../http/key-seal.ts';
import { MediaClient } from '../../http/media-client.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { transientDelay } from '../../schedule/backoff.ts';
import { retryAfterMs } from '../../schedule/retry-after.ts';
import type { SaveOutcome, WorkContext } from '../../work/work-context.ts';
import type { EngineParts } from './engine-parts.ts';

/** How the engine reaches the disk: results in, inputs out. */
export interface Saver extends Pick<WorkContext, 'saveFile' | 'readInput' | 'moveFile' | 'saveSidecar'> {
  close(): Promise<void>;
}

/** Faults that lie on this machine. */
const FAULTS: Readonly<Partial<Record<DownloadFailure, 'disk' | 'name'>>> = { disk: 'disk', name_taken: 'name' };

/** Opens the way from result hosts to a batch's output folder. `sidecars`: each output gets one. Only the hosts of configured base URLs may be private. */
export function openSaver(parts: EngineParts, batch: Batch, sidecars: boolean): Saver {
  const { settings, clock } = parts;
  const hosts = Object.values(settings.providers).flatMap(({ baseUrl }) => (baseUrl === null ? [] : [baseUrl]));
  const media = new MediaClient({ baseUrls: hosts, allowPrivateHosts: settings.downloads.allowPrivateHosts });
  const placer = new FilePlacer();
  const opened = opener(parts);
  const waitBeforeRetry = ({ attempt, headers }: { attempt: number; headers: Readonly<Record<string, string>> }): number =>
    transientDelay({ attempt, retryAfterMs: retryAfterMs(headers), random: Math.random() });
  return {
    async saveFile({ url, target, kind, saidBytes, signal, onWhole }): Promise<SaveOutcome> {
      const outcome = await downloadFile(
        {
          url: opened(url),
          root: batch.outDir,
          target,
          kind,
          expectedBytes: saidBytes,
          maxBytes: settings.downloads.maxBytes,
          signal,
          ...(onWhole && { onWhole }),
        },
        { media, clock, waitBeforeRetry, placer },
      );
      switch (outcome.kind) {
        case 'saved':
          return { ...outcome, path: relative(batch.outDir, outcome.path).split(sep).join('/') };
        case 'expired':
          return { kind: 'expired', message: outcome.message };
        case 'disk_full':
          return { kind: 'failed', message: outcome.message, fault: 'disk' };
        case 'failed':
          return { kind: 'failed', message: outcome.message, fault: FAULTS[outcome.reason] ?? 'network' };
        default:
          return outcome satisfies never;
      }
    },
    async readInput(path) {
      try {
        const bytes = await readFile(path);
        return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
      } catch {
        return null;
      }
    },
    async moveFile(from, to, only) {
      const [old, fresh] = [join(batch.outDir, from), join(batch.outDir, to)];
      if (only !== null && (await verifyFile(old, only)) !== 'ok') return false;
      await moveSidecar(old, fresh);
      return moveFile(old, fresh);
    },
    async saveSidecar(output, document) {
      const path = join(batch.outDir, output);
      try {
        // One that was asked for in an earlier run is kept true in a run that does not ask for any.
        if (!sidecars && (await sidecarAt(path)) !== 'ours') return;
        const written = await writeSidecar(path, parts.output.redact(`${JSON.stringify(document(), null, 2)}\n`));
        if (!written) parts.output.warn(`${output}${SIDECAR_SUFFIX} is not nightshift's and is left alone: ${output} has no sidecar`);
      } catch (error) {
        parts.output.warn(`the sidecar of ${output} could not be written: ${(error as Error).message}`);
      }
    },
    close: () => media.close(),
  };
}

/** Turns a provider's own URL into what it gave, where the key was part of it; to any other host the key does not go. */
function opener({ settings, secrets }: EngineParts): (url: string) => string {
  const seals = Object.entries(settings.providers).flatMap(([name, { baseUrl }]) =>
    baseUrl === null ? [] : [{ origin: new URL(baseUrl).origin, seal: new KeySeal(secrets.keys[name] ?? null) }],
  );
  return (url) => {
    if (!URL.canParse(url)) return url;
    const { origin } = new URL(url);
    return seals.reduce((whole, { origin: own, seal }) => (own === origin ? seal.open(whole) : whole), url);
  };
}
