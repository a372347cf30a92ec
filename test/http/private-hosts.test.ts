import { expect, test } from 'vitest';
import { isBlockedAddress } from '../../src/http/blocked-address.ts';
import { HostPolicy } from '../../src/http/private-hosts.ts';

const closed = new HostPolicy({ allowPrivateHosts: false, baseUrls: ['https://ulazai.com'] });

test.each([
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '0',
  '0.0.0.0',
  '0x0',
  '10.0.0.1',
  '10.255.255.255',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.257',
  '3232235521',
  '0xc0a80001',
  '169.254.169.254',
  '2852039166',
  '0xA9FEA9FE',
  '0251.0376.0251.0376',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.170',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::1]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[2001::1]',
  '１２７.0.0.1',
  '127。0。0。1',
  '①②⑦.0.0.1',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
])('the address %s is not asked', (host) => {
  expect(() => closed.check(new URL(`http://${host}/x.png`))).toThrow('private address');
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.0.1',
  '[2606:4700::1111]',
  '[64:ff9b::8.8.8.8]',
  '[::ffff:8.8.8.8]',
  'cdn.example.com',
])('the host %s is not refused by its spelling', (host) => {
  expect(() => closed.check(new URL(`https://${host}/x.png`))).not.toThrow();
});

test('only http and https are asked', () => {
  for (const url of ['file:///etc/passwd', 'ftp://example.com/x', 'data:text/plain,x', 'gopher://example.com'])
    expect(() => closed.check(new URL(url))).toThrow('only https and http');
});

function resolve(policy: HostPolicy, name: string): Promise<string> {
  return new Promise((done) => {
    policy.lookup(name, { all: true }, (error, addresses) => done(error ? error.message : JSON.stringify(addresses)));
  });
}

test('a name is judged by what it resolves to', async () => {
  expect(await resolve(closed, 'localhost')).toContain('private address');
  expect(await resolve(new HostPolicy({ allowPrivateHosts: true, baseUrls: [] }), 'localhost')).toContain('address');
});

test('the host of a configured base URL may be asked, on any port, and only that one', () => {
  const office = new HostPolicy({ allowPrivateHosts: false, baseUrls: ['http://192.168.1.5:8080'] });
  expect(() => office.check(new URL('http://192.168.1.5:9000/x'))).not.toThrow();
  expect(() => office.check(new URL('http://192.168.1.6/x'))).toThrow();
  expect(() => office.check(new URL('http://127.0.0.1/x'))).toThrow();
});

test('a provider on this machine may give its files out under any name of this machine', async () => {
  const local = new HostPolicy({ allowPrivateHosts: false, baseUrls: ['http://localhost:8080'] });
  expect(() => local.check(new URL('http://127.0.0.1:9000/x'))).not.toThrow();
  expect(() => local.check(new URL('http://[::1]:9000/x'))).not.toThrow();
  expect(await resolve(local, 'localhost')).not.toContain('private');
  expect(() => local.check(new URL('http://169.254.169.254/x'))).toThrow();
  expect(() => local.check(new URL('http://10.0.0.1/x'))).toThrow();
});

test('what is no address is blocked, and an interface name changes nothing', () => {
  expect(isBlockedAddress('nonsense')).toBe(true);
  expect(isBlockedAddress('fe80::1%eth0')).toBe(true);
});
