import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { registry } from '../../jobs/index.ts';
import type { Batch } from '../queue/batch-store.ts';
import { openEmptyQueue, openQueue, openQueueForReading, type QueueDb } from '../queue/open-queue.ts';
import { renderReport } from '../report/render-report.ts';
import { systemClock } from '../schedule/system-clock.ts';
import type { Compose, ComposeContext } from './compose-context.ts';
import { loadSettings } from './config/load-settings.ts';
import { askBalances, listModels } from './engine/account-queries.ts';
import { backupQueue } from './engine/backup-queue.ts';
import { batchOf, type EngineParts, existingQueue, usable } from './engine/engine-parts.ts';
import { jobEntries } from './engine/job-entries.ts';
import { lastStop, runningWords } from './engine/last-stop.ts';
import { findLateRefunds } from './engine/late-refunds.ts';
import { planBalances } from './engine/plan-balances.ts';
import { stagePlan } from './engine/plan-batch.ts';
import { planResult } from './engine/plan-result.ts';
import { type OpenStores, storesOf } from './engine/queue-stores.ts';
import { reconcileJobs } from './engine/reconcile-jobs.ts';
import { retryJobs } from './engine/retry-jobs.ts';
import { resumeBatch, runManifest } from './engine/run-engine.ts';
import { sandboxSettings, startSandboxMode } from './engine/sandbox-mode.ts';
import { showJob } from './engine/show-job.ts';
import { reportInput, statusDocument } from './engine/status-document.ts';
import { reportPath } from './engine/write-report.ts';
import type { Nightshift } from './nightshift.ts';
import { loadSecrets } from './secrets/load-secrets.ts';

/** Wires every room into the engine. The registry of job types is imported here and nowhere else in `src`. */
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
  const base = { registry, clock: systemClock, output, logger, cwd };
  // Only what this command line names: a database or folder of the environment is that of the real account.
  const own = { db: common.db !== null, out: context.out !== null };
  if (context.sandbox === 'stored') {
    return { parts: { ...base, settings: sandboxSettings(settings, own), secrets, sandbox: true }, close: async () => {} };
  }
  if (context.sandbox === 'off') return { parts: { ...base, settings, secrets, sandbox: false }, close: async () => {} };
  const mode = await startSandboxMode(registry, settings, secrets, output, own);
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
    if (!parts.sandbox) await findLateRefunds(parts, stores, batch);
  };
  return {
    run: (options) => runManifest(parts, options),
    resume: (options) => resumeBatch(parts, options),
    retry: (options) => retryJobs(parts, options),
    reconcile: (options) => reconcileJobs(parts, options),
    async plan(options) {
      // Without a queue file the plan is laid beside an empty queue in memory: a plan changes nothing, not even by creating a file.
      const db = usable(() => openQueueForReading(settings.dbPath) ?? openEmptyQueue());
      open.push(db);
      const stores = storesOf(db, parts.output.redact);
      const plan = await stagePlan(parts, stores, options.manifest, { ...options, remember: false });
      return planResult(parts, stores, plan, plan.problemCount > 0 ? {} : await planBalances(parts, plan.providers));
    },
    async status(name) {
      const stores = reading();
      const batch = batchOf(stores, name);
      await lateRefunds(stores, batch);
      const report = reportPath(parts, batch);
      const document = statusDocument(stores, registry, batch, {
        stopped: lastStop(stores, batch),
        report: existsSync(report) ? relative(batch.outDir, report) : null,
      });
      return { document, running: runningWords(stores, batch) };
    },
    async jobs({ batch: name, limit, select }) {
      const stores = reading();
      const batch = batchOf(stores, name);
      const total = stores.batches.counts(batch.id).reduce((sum, count) => sum + count.jobs, 0);
      return { batch: batch.name, total, jobs: jobEntries(stores, batch, { limit, select }) };
    },
    async show(job, name) {
      return showJob(parts, reading(), job, name);
    },
    async report({ batch: name, format, width, color }) {
      const stores = reading();
      const batch = batchOf(stores, name);
      await lateRefunds(stores, batch);
      const stopped = stores.runs.latest(batch.id)?.stopped ?? 'running';
      return renderReport(reportInput(stores, registry, batch, stopped), format, { width, color });
    },
    backup: (file) => backupQueue(parts, file),
    balance: () => askBalances(parts),
    async models() {
      const db = existsSync(settings.dbPath) ? usable(() => openQueue(settings.dbPath)) : openEmptyQueue();
      open.push(db);
      return listModels(parts, storesOf(db, parts.output.redact));
    },
    async close() {
      for (const db of open) db.close();
      await closeSandbox();
    },
  };
}
