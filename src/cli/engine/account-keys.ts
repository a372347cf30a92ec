import type { Profile, Session, SignUpService } from '../../job-type/account-services.ts';
import type { ApiAnswer, ApiRequest } from '../../job-type/outcomes.ts';
import type { Provider } from '../../job-type/provider.ts';
import type { ProviderDesk, SendResult } from '../../work/provider-desk.ts';
import type { Credentials, KeyItem, ProfileItem } from '../account.ts';
import { AccountError } from '../account-error.ts';
import { noDeskError } from '../no-desk-error.ts';
import { UsageError } from '../usage-error.ts';
import { buildDesk } from './build-desk.ts';
import { chooseProvider } from './choose-provider.ts';
import type { EngineParts } from './engine-parts.ts';
import { whyNoDesk } from './open-desks.ts';

/** Nothing here takes longer, milliseconds. */
const LOOK_MS = 30_000;

/** What an account says of itself; with `watermark`, after setting it. */
export async function profileOf(
  parts: EngineParts,
  named: string | null,
  watermark?: { readonly text: string | null },
): Promise<ProfileItem> {
  const provider = chooseProvider(parts, named, 'profile', ({ profile }) => profile !== null);
  const service = provider.profile!;
  const text = watermark?.text ?? null;
  if (text !== null && [...text].length > service.longestWatermark)
    throw new UsageError(`--watermark: a text of ${[...text].length} characters; allowed are 1 to ${service.longestWatermark}`);
  const why = whyNoDesk(parts, provider.name);
  if (why) throw noDeskError(why);
  return withDesk(parts, provider, parts.secrets.keys[provider.name] ?? null, null, async (desk) => {
    const change = watermark === undefined ? null : service.setWatermark(text);
    if (change) await ask(desk, change, 'The profile was not changed');
    const profile = service.read(await ask(desk, service.request, 'The profile could not be read'));
    if (profile === null) throw new AccountError(`${provider.name} answered without a profile that can be recognised`, 'outage');
    return profileItem(provider, profile);
  });
}

/** Makes an account. The token that comes with it is not kept. */
export async function register(parts: EngineParts, named: string | null, who: Credentials): Promise<ProfileItem> {
  const { provider, service } = signUpOf(parts, named);
  const { email } = who;
  if (email === null) throw new UsageError('--email is needed to register');
  const password = await secretOf(parts, who);
  const session = await withDesk(parts, provider, null, null, async (desk) => {
    const request = service.register({ username: who.username, email, password });
    return sessionOf(parts, provider, service, await ask(desk, request, 'No account was made', service.elsewhere));
  });
  return sessionItem(provider, session);
}

/** Logs in, to see that name and password are right. The token is not kept. */
export async function login(parts: EngineParts, named: string | null, who: Credentials): Promise<ProfileItem> {
  const { provider, service } = signUpOf(parts, named);
  return sessionItem(provider, await logIn(parts, provider, service, who));
}

/** Makes a key, with the login token of the environment or after logging in. */
export async function createKey(parts: EngineParts, named: string | null, name: string, who: Credentials | null): Promise<KeyItem> {
  const { provider, service } = signUpOf(parts, named);
  const token = who === null ? (parts.secrets.tokens[provider.name] ?? null) : (await logIn(parts, provider, service, who)).token;
  if (token === null) {
    throw new UsageError(
      `A key is made with the login token in ${service.tokenVariable} (environment or .env), or with --username and the password from the prompt or standard input. ${service.elsewhere}`,
    );
  }
  return withDesk(parts, provider, token, service.tokenScheme, async (desk) => {
    const key = service.readKey(await ask(desk, service.createKey(name), 'No key was made', service.elsewhere));
    if (key === null) {
      throw new AccountError(
        `${provider.name} answered without a key; one may have been made all the same: look into the dashboard`,
        'outage',
      );
    }
    parts.reveal(key.key);
    const { createdAt, ...rest } = key;
    return { provider: provider.name, ...rest, created_at: iso(createdAt) };
  });
}

function signUpOf(parts: EngineParts, named: string | null): { readonly provider: Provider; readonly service: SignUpService } {
  const provider = chooseProvider(parts, named, 'registration', ({ signUp }) => signUp !== null);
  return { provider, service: provider.signUp! };
}

async function logIn(parts: EngineParts, provider: Provider, service: SignUpService, who: Credentials): Promise<Session> {
  const password = await secretOf(parts, who);
  return withDesk(parts, provider, null, null, async (desk) => {
    const request = service.login({ username: who.username, password });
    return sessionOf(parts, provider, service, await ask(desk, request, 'Not logged in', service.elsewhere));
  });
}

/** Hidden before it is sent: an answer may repeat it. */
async function secretOf(parts: EngineParts, who: Credentials): Promise<string> {
  const password = await who.password();
  parts.hide([password]);
  return password;
}

function sessionOf(parts: EngineParts, provider: Provider, service: SignUpService, answer: ApiAnswer): Session {
  const session = service.readSession(answer);
  if (session === null) throw new AccountError(`${provider.name} answered without a login token`, 'outage');
  parts.hide([session.token]);
  return session;
}

/** One request of its own, never sent twice. Throws an AccountError for every answer but a good one. */
async function ask(desk: ProviderDesk, request: ApiRequest, what: string, elsewhere?: string): Promise<ApiAnswer> {
  const signal = AbortSignal.timeout(LOOK_MS);
  const result = await desk.ask('other', request, signal).catch((error: unknown): SendResult => {
    if (!signal.aborted) throw error;
    return { kind: 'not_sent', message: 'the request limit left no turn in time' };
  });
  if (result.kind !== 'answer') throw new AccountError(`${what}: ${result.message}`, 'outage');
  const { answer } = result;
  if (answer.status < 400) return answer;
  const failure = desk.provider.readFailure(answer);
  const message = `${what}: ${failure.message} (${answer.status})`;
  if (answer.status === 403 && elsewhere !== undefined) throw new AccountError(`${message}. ${elsewhere}.`, 'auth');
  if (failure.class === 'auth') throw new AccountError(message, 'auth');
  if (answer.status < 500 && answer.status !== 429) throw new UsageError(message);
  throw new AccountError(message, 'outage');
}

async function withDesk<T>(
  parts: EngineParts,
  provider: Provider,
  key: string | null,
  authScheme: string | null,
  use: (desk: ProviderDesk) => Promise<T>,
): Promise<T> {
  const settings = parts.settings.providers[provider.name]!;
  const { baseUrl } = settings;
  if (baseUrl === null) throw new UsageError(`${provider.name} needs providers.${provider.name}.base_url in the configuration`);
  const scheme = authScheme ?? settings.authScheme;
  const { desk, close } = buildDesk({
    provider,
    settings: { ...settings, authScheme: scheme },
    baseUrl,
    key,
    clock: parts.clock,
    limits: null,
  });
  try {
    return await use(desk);
  } finally {
    await close();
  }
}

function profileItem(provider: Provider, profile: Profile): ProfileItem {
  const { username, email, balance, watermark, createdAt } = profile;
  return { provider: provider.name, username, email, unit: provider.unit, balance, watermark, created_at: iso(createdAt) };
}

function sessionItem(provider: Provider, { username, email, balance }: Session): ProfileItem {
  const watermark = { enabled: null, text: null };
  return { provider: provider.name, username, email, unit: provider.unit, balance, watermark, created_at: null };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
