import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { UploadTarget } from '../../job-type/provider.ts';
import { type InputFileFacts, inspectInputFile } from '../../manifest/input-file.ts';
import { sha256 as sha256Of } from '../../manifest/sha256.ts';
import { openQueue } from '../../queue/open-queue.ts';
import type { ProviderDesk } from '../../work/provider-desk.ts';
import type { UploadItem } from '../account.ts';
import { AccountError } from '../account-error.ts';
import { noDeskError } from '../no-desk-error.ts';
import { UsageError } from '../usage-error.ts';
import { chooseProvider } from './choose-provider.ts';
import { type EngineParts, usable } from './engine-parts.ts';
import { openDesks, whyNoDesk } from './open-desks.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** Long enough for ten megabytes over a slow line, and for a turn under the request limit, milliseconds. */
const UPLOAD_MS = 5 * 60_000;

/** `upload`: brings files to where jobs can use them, once for each content, and remembers the addresses for the jobs of this queue. */
export async function uploadFiles(
  parts: EngineParts,
  named: string | null,
  files: readonly string[],
  again: boolean,
): Promise<readonly UploadItem[]> {
  const provider = chooseProvider(parts, named, 'upload', ({ upload }) => upload !== null);
  const facts: { readonly file: string; readonly facts: InputFileFacts }[] = [];
  const faults: string[] = [];
  for (const file of files) {
    const found = await inspectInputFile(resolve(parts.cwd, file));
    const fault = 'unreadable' in found ? found.unreadable : faultOf(found, provider.upload!);
    if (fault !== null) faults.push(`${file}: ${fault}`);
    else facts.push({ file, facts: found as InputFileFacts });
  }
  if (faults.length > 0) throw new UsageError(`Nothing was uploaded. ${faults.join('\n')}`);
  const why = whyNoDesk(parts, provider.name);
  if (why) throw noDeskError(why);
  const db = usable(() => openQueue(parts.settings.dbPath));
  const stores = storesOf(db, parts.output.redact);
  const { desks, close } = openDesks(parts, [provider.name], { limits: stores.limits });
  try {
    const items: UploadItem[] = [];
    for (const { file, facts: found } of facts) items.push(await uploadFile(parts, desks[provider.name]!, stores, file, found, again));
    return items;
  } finally {
    await close();
    db.close();
  }
}

function faultOf(file: InputFileFacts, target: UploadTarget): string | null {
  if (file.mediaType === null || !target.mediaTypes.includes(file.mediaType))
    return `is ${file.mediaType ?? 'of no known type'} by its content; allowed: ${target.mediaTypes.join(', ')}`;
  return file.bytes > target.maxBytes ? `has ${file.bytes} bytes; allowed: at most ${target.maxBytes}` : null;
}

async function uploadFile(
  parts: EngineParts,
  desk: ProviderDesk,
  stores: OpenStores,
  file: string,
  { path, sha256, bytes, mediaType }: InputFileFacts,
  again: boolean,
): Promise<UploadItem> {
  const target = desk.provider.upload!;
  const item = { file, provider: desk.name, sha256, bytes, media_type: mediaType ?? '' };
  const since = parts.clock.now() - (desk.settings.uploadMaxAgeMs ?? target.maxAgeMs);
  const known = again ? null : stores.cache.uploadedUrl(desk.name, sha256, since);
  if (known !== null) return { ...item, url: known, reused: true };
  const content = await readFile(path);
  if (sha256Of(content) !== sha256) throw new UsageError(`${file} is being changed: upload it when it is finished`);
  const upload = { name: basename(path), bytes: content, mediaType: item.media_type };
  const result = await desk.upload(target.path, desk.settings.uploadField ?? target.field, upload, AbortSignal.timeout(UPLOAD_MS));
  if (result.kind !== 'answer') throw new AccountError(`${file}: ${result.message}`, 'outage');
  const { answer } = result;
  if (answer.status >= 400) {
    const failure = desk.provider.readFailure(answer);
    const message = `${file} was refused: ${failure.message} (${answer.status})`;
    if (failure.class === 'auth') throw new AccountError(message, 'auth');
    throw answer.status >= 500 || answer.status === 429 ? new AccountError(message, 'outage') : new UsageError(message);
  }
  const url = target.read(answer);
  if (url === null)
    throw new AccountError(`${file}: the upload was answered without a URL; check upload_field in the configuration`, 'outage');
  stores.cache.rememberUpload(desk.name, sha256, url, parts.clock.now());
  return { ...item, url, reused: false };
}
