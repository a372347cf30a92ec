import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { isBlockedAddress, isLoopback } from './blocked-address.ts';
import { MediaError } from './media-error.ts';

/** Which private hosts may be asked all the same. */
export interface HostPolicyOptions {
  /** Every host may: the user said so. */
  readonly allowPrivateHosts: boolean;
  /** The configured base URLs: their hosts may, whatever the port. */
  readonly baseUrls: readonly string[];
}

type LookupDone = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Keeps result URLs away from this machine and its network: an answer of the API names them, and whoever can make it
 * name an address could have us ask it. Checked twice: the host as it is written in the URL (an address there is never
 * looked up), and every address that a name resolves to, at the moment of connecting.
 */
export class HostPolicy {
  readonly #all: boolean;
  readonly #hosts = new Set<string>();
  readonly #loopback: boolean;

  constructor(options: HostPolicyOptions) {
    this.#all = options.allowPrivateHosts;
    for (const url of options.baseUrls) this.#hosts.add(hostOf(new URL(url)));
    // A provider on this machine gives its files out on this machine, under whichever of its names.
    this.#loopback = [...this.#hosts].some((host) => host === 'localhost' || isLoopback(host));
  }

  /** Throws a MediaError for a URL that must not be asked for. */
  check(url: URL): void {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new MediaError(`Cannot fetch ${url.protocol}//…: only https and http are allowed`, 'BAD_PROTOCOL', true);
    const host = hostOf(url);
    if (isIP(host) !== 0 && !this.#allowed(host, host)) throw refused(host, host);
  }

  /** A `lookup` for sockets: fails for a name any of whose addresses is blocked. */
  readonly lookup = (hostname: string, options: LookupOptions, done: LookupDone): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const bad = addresses.find(({ address }) => !this.#allowed(hostname, address));
      if (bad) return done(refused(hostname, bad.address), []);
      const first = addresses[0];
      if (options.all || !first) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };

  #allowed(host: string, address: string): boolean {
    if (this.#all || !isBlockedAddress(address)) return true;
    return this.#hosts.has(host.toLowerCase()) || (this.#loopback && isLoopback(address));
  }
}

/** The host of a URL: an address without its brackets, a name without a trailing dot. The URL parser has made it lower case. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function refused(host: string, address: string): MediaError {
  const which = host === address ? 'is' : `resolves to ${address}, which is`;
  return new MediaError(
    `Cannot fetch from ${host}: it ${which} a private address. If that is meant, set downloads.allow_private_hosts: true in the configuration`,
    'BLOCKED_HOST',
    true,
  );
}
