import { basename } from 'node:path';
import type { InputField } from '../job-type/job-type.ts';
import type { Failure } from '../job-type/outcomes.ts';
import type { LocalInput } from '../plan/planned-job.ts';
import type { StoredJob } from '../queue/job-row.ts';
import type { Json, JsonObject } from '../values/json.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { knownUrl, type RememberedUpload } from './remembered-uploads.ts';
import type { WorkContext } from './work-context.ts';

/** The parameters with every local input in the form that the API takes, or why that cannot be. */
export type PreparedInputs =
  | {
      readonly kind: 'ready';
      readonly params: JsonObject;
      /** The same with hashes in the place of file contents: what is frozen in the queue. */
      readonly frozen: JsonObject;
      /** Uploads of earlier that were relied on: their URLs may serve no longer. */
      readonly remembered: readonly RememberedUpload[];
    }
  /** The upload was refused: the job cannot be made as it is. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The network or the provider is not there: try later. */
  | { readonly kind: 'later'; readonly message: string };

/**
 * Puts URLs (or base64) in the place of local files: uploaded once per content through the provider's upload endpoint, just before the
 * first use, and remembered. Costs nothing and is safe to repeat.
 */
export async function prepareInputs(
  context: WorkContext,
  desk: ProviderDesk,
  job: StoredJob,
  fields: readonly InputField[],
  signal: AbortSignal,
): Promise<PreparedInputs> {
  const params: Record<string, Json> = { ...job.params };
  const frozen: Record<string, Json> = { ...job.params };
  const remembered: RememberedUpload[] = [];
  for (const input of job.localInputs) {
    const field = fields.find((candidate) => candidate.field === input.field);
    if (!field) continue;
    if (field.local.by === 'base64') {
      const file = await asPlanned(context, input);
      if ('kind' in file) return file;
      for (const target of [params, frozen]) delete target[input.field];
      params[field.local.into] = file.bytes.toString('base64');
      frozen[field.local.into] = `sha256:${input.sha256}`;
      continue;
    }
    const known = knownUrl(context, desk, input.sha256);
    if (known !== null) remembered.push({ sha256: input.sha256, url: known });
    const url = known ?? (await uploadedUrl(context, desk, input, signal));
    if (typeof url !== 'string') return url;
    for (const target of [params, frozen]) place(target, field, input.index, url);
  }
  return { kind: 'ready', params, frozen, remembered };
}

/** The file's content, when it still is what was planned: nothing else may be sent under its hash. */
async function asPlanned(context: WorkContext, input: LocalInput): Promise<{ readonly bytes: Buffer } | PreparedInputs> {
  const file = await context.readInput(input.path);
  if (file?.sha256 === input.sha256) return { bytes: file.bytes };
  const why = `${input.field}: the file ${file ? 'changed' : 'vanished'} after it was planned; run the manifest again`;
  return { kind: 'refused', failure: failure(null, why) };
}

function place(params: Record<string, Json>, field: InputField, index: number, url: string): void {
  const value = params[field.field];
  params[field.field] = Array.isArray(value) ? value.map((item: Json, position) => (position === index ? url : item)) : url;
}

/** The URL of a file's content: on its way for another job that needs it too, or uploaded now. */
async function uploadedUrl(
  context: WorkContext,
  desk: ProviderDesk,
  input: LocalInput,
  signal: AbortSignal,
): Promise<string | PreparedInputs> {
  const underWay = desk.uploads.get(input.sha256);
  if (underWay) return underWay;
  const upload = uploadFile(context, desk, input, signal).finally(() => desk.uploads.delete(input.sha256));
  desk.uploads.set(input.sha256, upload);
  return upload;
}

async function uploadFile(
  context: WorkContext,
  desk: ProviderDesk,
  input: LocalInput,
  signal: AbortSignal,
): Promise<string | PreparedInputs> {
  const { upload } = desk.provider;
  if (!upload) return { kind: 'refused', failure: failure(null, `${desk.name} has no documented upload for ${input.field}; give a URL`) };
  const field = desk.settings.uploadField ?? upload.field;
  const file = await asPlanned(context, input);
  if ('kind' in file) return file;
  const result = await desk.upload(
    upload.path,
    field,
    { name: basename(input.path), bytes: file.bytes, mediaType: input.mediaType },
    signal,
  );
  if (result.kind !== 'answer') return { kind: 'later', message: result.message };
  const { answer } = result;
  if (answer.status >= 400) {
    const read = desk.provider.readFailure(answer);
    const blameless = answer.status >= 500 || ['auth', 'no_funds', 'rate_limited', 'busy'].includes(read.class);
    return blameless ? { kind: 'later', message: read.message } : { kind: 'refused', failure: { ...read, charged: 'no' } };
  }
  const url = upload.read(answer);
  if (url === null)
    return {
      kind: 'refused',
      failure: failure(answer.status, 'the upload was answered without a URL; check upload_field in the configuration'),
    };
  context.stores.cache.rememberUpload(desk.name, input.sha256, url, context.clock.now());
  return url;
}

function failure(httpStatus: number | null, message: string): Failure {
  return { class: 'invalid', httpStatus, message, charged: 'no' };
}
