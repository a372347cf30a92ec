import { join } from 'node:path';
import type { DownloadSettings, ProviderSettings } from '../../job-type/settings.ts';

/** What a run is set to: flags over environment over file over defaults, all paths absolute. */
export interface Settings {
  /** The configuration that was read; null when there is none. */
  readonly configFile: string | null;
  /** The `.env` that keys may come from; null when there is none. */
  readonly envFile: string | null;
  /** What relative paths of the configuration and the defaults are relative to: its folder, else the current one. */
  readonly baseDir: string;
  /** The profile that was asked for; null without. */
  readonly profile: string | null;
  readonly dbPath: string;
  /** The output folder, with `<batch>` for the batch's name where that is wanted. */
  readonly out: string;
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly downloads: DownloadSettings;
  readonly notify: NotifySettings;
  /** What the user should know before anything is sent. */
  readonly warnings: readonly string[];
}

/** Who is told when a run has ended. */
export interface NotifySettings {
  /** A command line for a shell; null without. */
  readonly command: string | null;
  readonly webhook: string | null;
  readonly desktop: boolean;
}

/** What the command line sets; null where it says nothing. Paths relative to the current folder. */
export interface SettingFlags {
  readonly db: string | null;
  readonly out: string | null;
}

/** Where everything of nightshift that is not an output lives, beside the configuration. */
export function stateFolder(settings: Settings): string {
  return join(settings.baseDir, '.nightshift', ...(settings.profile === null ? [] : ['profiles', settings.profile]));
}

/** The queue file of `run --sandbox`. */
export function sandboxQueue(settings: Settings): string {
  return join(stateFolder(settings), 'sandbox', 'queue.db');
}

/** The output folder of a batch. The name is used as one path segment, whatever stands in it. */
export function outFolderOf(settings: Settings, batch: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names of files hold none
  const segment = batch.replace(/[<>:"/\\|?*\u0000-\u001f\u007f]/g, '_').replace(/^\.+|[. ]+$/g, '_') || '_';
  return settings.out.replaceAll('<batch>', () => segment);
}
