import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { registry } from '../../jobs/index.ts';
import type { Batch } from '../queue/batch-store.ts';
import { openEmptyQueue, openQueue, openQueueForReading, type QueueDb } from '../queue/open-queue.ts';
import { commandLine } from '../report/command-line.ts';
import { systemClock } from '../schedule/system-clock.ts';
import type { Compose, ComposeContext } from './compose-context.ts';
import { foundElsewhere } from './config/found-elsewhere.ts';
import { loadSettings } from './config/load-settings.ts';
import { outFolderOf } from './config/settings.ts';
import { accountAccess } from './engine/account-access.ts';
import { checkOutFolder } from './engine/check-out-folder.ts';
import { batchOf, type EngineParts, existingQueue, usable } from './engine/engine-parts.ts';
import { jobEntries } from './engine/job-entries.ts';
import { type OpenStores, storesOf } from './engine/queue-stores.ts';
import { pacedSandbox } from './engine/sandbox-pace.ts';
import { sandboxSettings } from './engine/sandbox-settings.ts';
import { reportInput } from './engine/status-document.ts';
import type { Nightshift } from './nightshift.ts';
import { queueFlags, type Suggest } from './queue-flags.ts';
import { loadSecrets } from './secrets/load-secrets.ts';

/**
 * Wires every room into the engine. The registry of job types is imported here and nowhere else in `src`. What only some commands need is loaded
 * by those: `status` must not wait for an HTTP client, a sandbox and a decoder of films (test/cli/loaded-modules.test.ts).
 */
export const compose: Compose = async (context) => {
  const { parts, close } = await engineParts(context);
  return engine(parts, close);
};

async function engineParts(context: ComposeContext): Promise<{ parts: EngineParts; close: () => Promise<void> }> {
  const { common, cwd, env, output, logger, redactor } = context;
  const flags = { db: common.db, out: context.out };
  const settings = await loadSettings({
    configFlag: common.config,
    profile: common.profile,
    flagVariables: context.flagVariables,
    startDir: context.startDir,
    cwd,
    env,
    registry,
    flags,
  });
  const secrets = loadSecrets({ env, envFile: settings.envFile, providers: registry.providers });
  redactor.add(secrets.values);
  for (const warning of [...settings.warnings, ...secrets.warnings]) output.warn(warning);
  const hide = (values: readonly string[]): void => redactor.add(values);
  const elsewhere = foundElsewhere(settings, cwd);
  const flagsOfQueue = queueFlags({ common, sandbox: context.sandbox !== 'off', env, elsewhere });
  const suggest: Suggest = (verb, batch, ...rest) => commandLine(verb, { batch, queueFlags: flagsOfQueue }, ...rest);
  const reveal = (value: string): void => redactor.reveal(value);
  const base = { registry, clock: systemClock, output, logger, cwd, hide, reveal, queueFlags: flagsOfQueue, suggest };
  // Only what this command line names: a database or folder of the environment is that of the real account.
  const own = { db: common.db !== null, out: context.out !== null };
  if (context.sandbox === 'stored') {
    const paced = pacedSandbox(registry, sandboxSettings(settings, own));
    return { parts: { ...base, ...paced, secrets, sandbox: true }, close: async () => {} };
  }
  if (context.sandbox === 'off') return { parts: { ...base, settings, secrets, sandbox: false }, close: async () => {} };
  const { startSandboxMode } = await import('./engine/sandbox-mode.ts');
  const mode = await startSandboxMode(registry, settings, secrets, output, { ...own, looks: context.sandbox === 'look' });
  return {
    parts: { ...base, registry: mode.registry, settings: mode.settings, secrets: mode.secrets, sandbox: true },
    close: async () => mode.sandbox?.close(),
  };
}

function engine(parts: EngineParts, closeSandbox: () => Promise<void>): Nightshift {
  const { settings, registry } = parts;
  const open: QueueDb[] = [];
  // Lists are read while they are printed, so their queue stays open until the command has ended.
  const reading = (): OpenStores => {
    const stores = storesOf(existingQueue(parts), parts.output.redact);
    open.push(stores.db);
    return stores;
  };
  // A sandbox of an earlier process has no account to ask any more.
  const lateRefunds = async (stores: OpenStores, batch: Batch): Promise<void> => {
    if (parts.sandbox || stores.attempts.openRefunds(batch.id).length === 0) return;
    await (await import('./engine/late-refunds.ts')).findLateRefunds(parts, stores, batch);
  };
  return {
    async run(options) {
      const [{ notified }, { runManifest }] = await Promise.all([import('./engine/notify-end.ts'), import('./engine/run-engine.ts')]);
      return notified(parts, options.notifyCommand ?? null, options.manifest, () => runManifest(parts, options));
    },
    async resume(options) {
      const [{ notified }, { resumeBatch }] = await Promise.all([import('./engine/notify-end.ts'), import('./engine/run-engine.ts')]);
      return notified(parts, options.notifyCommand ?? null, options.batch ?? 'resume', () => resumeBatch(parts, options));
    },
    planResume: async (options) => (await import('./engine/plan-resume.ts')).planResume(parts, options),
    retry: async (options) => (await import('./engine/retry-jobs.ts')).retryJobs(parts, options),
    regenerate: async (options) => (await import('./engine/regenerate-jobs.ts')).regenerateJobs(parts, options),
    adopt: async (options) => (await import('./engine/adopt-jobs.ts')).adoptJobs(parts, options),
    cancel: async (options) => (await import('./engine/cancel-jobs.ts')).cancelJobs(parts, options),
    download: async (options) => (await import('./engine/download-files.ts')).downloadFiles(parts, options),
    verify: async (name) => (await import('./engine/verify-files.ts')).verifyFiles(reading(), name),
    reconcile: async (options) => (await import('./engine/reconcile-jobs.ts')).reconcileJobs(parts, options),
    async plan(options) {
      const [{ stagePlan, sumPlan }, { planResult }] = await Promise.all([
        import('./engine/plan-batch.ts'),
        import('./engine/plan-result.ts'),
      ]);
      // Without a queue file the plan is laid beside an empty queue in memory: a plan changes nothing, not even by creating a file.
      const db = usable(() => openQueueForReading(settings.dbPath) ?? openEmptyQueue());
      open.push(db);
      const stores = storesOf(db, parts.output.redact);
      const read = options.changes ? stagePlan : sumPlan;
      const plan = await read(parts, stores, options.manifest, { ...options, remember: false });
      if (plan.problemCount === 0) checkOutFolder(outFolderOf(settings, plan.header.name), 'look');
      const { planBalances } = await import('./engine/plan-balances.ts');
      return planResult(parts, stores, plan, await planBalances(parts, plan.problemCount === 0 ? plan.providers : []));
    },
    async status(name) {
      const stores = reading();
      const batch = batchOf(stores, name);
      await lateRefunds(stores, batch);
      return (await import('./engine/status-of.ts')).statusOf(parts, stores, batch);
    },
    async jobs({ batch: name, limit, selection }) {
      const stores = reading();
      const batch = batchOf(stores, name);
      const total = stores.batches.total(batch.id);
      const select = selection?.matches ?? null;
      const matching = (): number => countOf(jobEntries(stores, batch, { limit: null, select }));
      const { whyNoneSelected } = await import('./engine/check-selection.ts');
      const whyNone = (): string | null => selection && whyNoneSelected(stores, batch, selection);
      return { batch: batch.name, total, matching, whyNone, jobs: jobEntries(stores, batch, { limit, select }) };
    },
    async show(job, name) {
      return (await import('./engine/show-job.ts')).showJob(parts, reading(), job, name);
    },
    async report({ batch: name, format, width, color, folder, gallery }) {
      const stores = reading();
      const batch = batchOf(stores, name);
      await lateRefunds(stores, batch);
      const [{ soughtSlots }, { reportStop }] = await Promise.all([import('./engine/sought-slots.ts'), import('./engine/last-stop.ts')]);
      const stopped = reportStop(stores, batch);
      const slots = soughtSlots(parts, stores, batch);
      const input = { ...reportInput(stores, registry, batch, stopped), queueFlags: parts.queueFlags, slots };
      if (format === 'html') {
        const { htmlReport } = await import('./engine/html-report.ts');
        return [(await htmlReport(parts, batch, input, { folder: resolve(parts.cwd, folder), gallery })).page];
      }
      const { renderReport } = await import('../report/render-report.ts');
      return renderReport(input, format, { width, color });
    },
    async gallery(name, folder) {
      const stores = reading();
      return (await import('./engine/gallery-page.ts')).galleryPage(parts, stores, batchOf(stores, name), resolve(parts.cwd, folder));
    },
    review: async (options) => (await import('./engine/serve-review.ts')).serveReview(parts, reading(), options),
    exportDecisions: async (batch) => (await import('./engine/serve-review.ts')).exportDecisions(reading(), batch),
    exportSheet: async (batch, folder) => (await import('./engine/serve-review.ts')).exportSheet(parts, reading(), batch, folder),
    pause: async (batch) => (await import('./engine/steer-batch.ts')).pauseBatch(parts, batch),
    unpause: async (batch) => (await import('./engine/steer-batch.ts')).unpauseBatch(parts, batch),
    set: async (options) => (await import('./engine/steer-batch.ts')).setLive(parts, options),
    backup: async (file) => (await import('./engine/backup-queue.ts')).backupQueue(parts, file),
    balance: async () => (await import('./engine/account-queries.ts')).askBalances(parts),
    async names(what) {
      const stores = reading();
      if (what === 'batches') return stores.batches.all().map(({ name }) => name);
      return [...jobEntries(stores, batchOf(stores, null), { limit: 1_000, select: null })].map(({ id }) => id);
    },
    async doctor() {
      const { checkMachine } = await import('./engine/check-setup.ts');
      const { checkAccounts } = await import('./engine/check-account.ts');
      return [...(await checkMachine(parts)), ...(await checkAccounts(parts))];
    },
    init: async (options) => (await import('./engine/init-folder.ts')).initFolder(parts, options),
    async schema(what) {
      if (what === 'config') return (await import('./config/config-json-schema.ts')).configJsonSchema(registry);
      return (await import('../manifest/manifest-json-schema.ts')).manifestJsonSchema(registry);
    },
    account: accountAccess(parts),
    async models(name) {
      const db = existsSync(settings.dbPath) ? usable(() => openQueue(settings.dbPath)) : openEmptyQueue();
      open.push(db);
      return (await import('./engine/list-models.ts')).listModels(parts, storesOf(db, parts.output.redact), name);
    },
    async close() {
      for (const db of open) db.close();
      await closeSandbox();
    },
  };
}

function countOf(items: Iterable<unknown>): number {
  let count = 0;
  for (const _ of items) count += 1;
  return count;
}
