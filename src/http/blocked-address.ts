import { BlockList, isIP } from 'node:net';

/** Networks that are not on the public internet (IANA special-purpose registries): loopback, private, link-local with the metadata services, carrier NAT, documentation, multicast, reserved. */
const BLOCKED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const BLOCKED_V6: readonly (readonly [string, number])[] = [
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:2::', 48],
  ['2001:10::', 28],
  ['2001:20::', 28],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
/** Prefixes, in bits, after which an IPv6 address carries an IPv4 one: it is judged by that. */
const CARRIES_V4: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
];

const blocked = new BlockList();
for (const [net, bits] of BLOCKED_V4) blocked.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of BLOCKED_V6) blocked.addSubnet(net, bits, 'ipv6');
const carriers = CARRIES_V4.map(([net, bits]) => {
  const list = new BlockList();
  list.addSubnet(net, bits, 'ipv6');
  return { list, bits };
});

/** Whether an address (IPv4 or IPv6 in any spelling) is not one of the public internet. What is no address counts as blocked. */
export function isBlockedAddress(address: string): boolean {
  const plain = withoutZone(address);
  const family = isIP(plain);
  if (family === 4) return blocked.check(plain, 'ipv4');
  if (family !== 6) return true;
  for (const { list, bits } of carriers) if (list.check(plain, 'ipv6')) return blocked.check(v4At(plain, bits), 'ipv4');
  return blocked.check(plain, 'ipv6');
}

/** Whether an address is this machine itself. */
export function isLoopback(address: string): boolean {
  const plain = withoutZone(address);
  const family = isIP(plain);
  if (family === 4) return plain.startsWith('127.');
  if (family !== 6) return false;
  const words = wordsOf(plain);
  if (words.slice(0, 7).every((word) => word === 0)) return words[7] === 1;
  return words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff && v4At(plain, 96).startsWith('127.');
}

/** `fe80::1%eth0` without the interface. */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

function v4At(address: string, bits: number): string {
  const words = wordsOf(address);
  const high = words[bits / 16]!;
  const low = words[bits / 16 + 1]!;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight 16-bit words of an IPv6 address; the URL parser brings every spelling to one. */
function wordsOf(address: string): number[] {
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const parse = (part: string): number[] => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const front = parse(head);
  const back = tail === undefined ? [] : parse(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}
