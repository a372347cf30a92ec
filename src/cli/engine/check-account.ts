import type { ApiAnswer, ApiRequest } from '../../job-type/outcomes.ts';
import type { LimitDefinition, Provider } from '../../job-type/provider.ts';
import type { ProviderDesk, SendResult } from '../../work/provider-desk.ts';
import { exitCodeFor } from '../exit-codes.ts';
import type { Finding } from '../finding.ts';
import { fail, ok, warn } from './check-setup.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks, whyNoDesk } from './open-desks.ts';

const LOOK_MS = 15_000;
/** Times are compared with a tolerance of two minutes where a lost submission is looked for; beyond it people read wrong times. */
const MOST_SKEW_MS = 2 * 60_000;

/** What the accounts say: whether the key is taken, what they hold, whether the clocks agree; and whether the limits are those of the documents. */
export async function checkAccounts(parts: EngineParts): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const used: string[] = [];
  for (const [name, provider] of Object.entries(parts.registry.providers)) {
    const why = whyNoDesk(parts, name);
    if (why === null) used.push(name);
    else if (why.kind === 'base_url' && (parts.secrets.keys[name] ?? null) !== null) {
      findings.push(fail(`${name} address`, 'there is a key, and no address', `set providers.${name}.base_url in the configuration`));
    } else findings.push(ok(`${name} key`, `not used: no key in ${provider.keyVariable}`));
  }
  if (used.length === 0) {
    const variables = Object.values(parts.registry.providers).map(({ keyVariable }) => keyVariable);
    const fix = `put ${variables.join(' or ')} into a .env beside the configuration (chmod 600 .env); --sandbox works without`;
    findings.push(fail('key', 'there is no key for any account', fix, exitCodeFor(['auth'])));
  }
  const { desks, close } = openDesks(parts, used, { limits: null });
  try {
    for (const desk of Object.values(desks)) findings.push(...(await checkAccount(parts, desk)), ...limits(parts, desk.provider));
  } finally {
    await close();
  }
  return findings;
}

/** One request, which costs nothing. */
async function checkAccount(parts: EngineParts, desk: ProviderDesk): Promise<readonly Finding[]> {
  const { provider } = desk;
  const question = provider.balance?.request ?? provider.listings[0]?.page(1, 1) ?? null;
  if (question === null) return [ok(`${desk.name} key`, 'set; nothing documented shows whether it is taken')];
  const result = await look(desk, question);
  if (result.kind !== 'answer') {
    const fix = `look at the network, and at providers.${desk.name}.base_url (${desk.settings.baseUrl})`;
    return [fail(`${desk.name}`, result.message, fix, exitCodeFor(['outage']))];
  }
  const { answer } = result;
  const clock = skew(parts, desk, answer);
  if (answer.status >= 400) {
    const failure = provider.readFailure(answer);
    if (failure.class === 'auth') {
      const fix = `copy the key into ${provider.keyVariable} again, or make a new one; auth_scheme is ${desk.settings.authScheme}`;
      return [fail(`${desk.name} key`, `refused: ${failure.message} (${answer.status})`, fix, exitCodeFor(['auth'])), ...clock];
    }
    return [fail(desk.name, `${failure.message} (${answer.status})`, 'try again later', exitCodeFor(['outage'])), ...clock];
  }
  return [ok(`${desk.name} key`, 'taken'), balance(desk, answer), ...clock];
}

async function look(desk: ProviderDesk, question: ApiRequest): Promise<SendResult> {
  const signal = AbortSignal.timeout(LOOK_MS);
  return desk.ask('other', question, signal).catch((error: unknown): SendResult => {
    if (!signal.aborted) throw error;
    return { kind: 'not_sent', message: 'the request limit left no turn in time' };
  });
}

function balance(desk: ProviderDesk, answer: ApiAnswer): Finding {
  const { provider, name } = desk;
  const check = `${name} balance`;
  if (provider.balance === null) return ok(check, 'cannot be asked for; the answers of jobs name what remains');
  const held = provider.balance.read(answer);
  if (held === null)
    return warn(check, 'answered without a figure', `is providers.${name}.base_url (${desk.settings.baseUrl}) the address of the API?`);
  const words = `${held.toLocaleString('en')} ${provider.unit}`;
  return held > 0 ? ok(check, words) : warn(check, words, `buy ${provider.unit}: a run would be refused`);
}

function skew(parts: EngineParts, desk: ProviderDesk, answer: ApiAnswer): readonly Finding[] {
  const date = Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(date)) return [];
  const aheadMs = parts.clock.now() - date;
  const words = `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ${desk.name}`;
  if (Math.abs(aheadMs) <= MOST_SKEW_MS) return [ok(`${desk.name} clock`, `this clock is ${words}`)];
  return [warn(`${desk.name} clock`, `this clock is ${words}`, 'let the system set its clock (timedatectl set-ntp true)')];
}

/** Limits that are looser than the documents': each may be right, and each costs refusals when it is not. */
function limits(parts: EngineParts, provider: Provider): readonly Finding[] {
  const set = parts.settings.providers[provider.name]?.limits ?? {};
  const loose = Object.entries(provider.limits).flatMap(([name, documented]) => {
    const configured = set[name];
    if (!configured || !isLooser(configured, documented)) return [];
    const own = provider.ownLimits?.includes(name) ?? false;
    return [`${name} ${words(configured)}, ${own ? 'our own default' : 'documented'} ${words(documented)}`];
  });
  if (loose.length === 0) return [ok(`${provider.name} limits`, 'as the defaults, or tighter')];
  return [
    warn(`${provider.name} limits`, `looser than the defaults: ${loose.join('; ')}`, 'right for a larger plan only: else expect 429s'),
  ];
}

function isLooser(set: LimitDefinition, documented: LimitDefinition): boolean {
  if (set.kind === 'slots' || documented.kind === 'slots')
    return set.kind === 'slots' && documented.kind === 'slots' && set.max > documented.max;
  return documented.windows.some((window) => !set.windows.some((own) => own.max / own.windowMs <= window.max / window.windowMs));
}

function words(limit: LimitDefinition): string {
  if (limit.kind === 'slots') return String(limit.max);
  return limit.windows
    .map(({ max, windowMs }) => `${max} in ${windowMs >= 60_000 ? `${windowMs / 60_000} min` : `${windowMs} ms`}`)
    .join(', ');
}
