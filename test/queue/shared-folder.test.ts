import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openQueue } from '../../src/queue/open-queue.ts';
import { QueueFileError } from '../../src/queue/queue-faults.ts';
import { type MountReader, sharedFileSystem } from '../../src/queue/shared-folder.ts';
import { tempFolder } from './support/temp-queue.ts';

const FUSE = 0x65735546;

/** A system on which every folder lies on that file system. */
const all = (type: number, mounts: string | null = null): MountReader => ({ type: () => type, mounts: () => mounts });

/** A line of /proc/self/mountinfo. */
const mount = (point: string, type: string): string =>
  `36 35 98:0 /mnt1 ${point} rw,noatime master:1 - ${type} source rw,errors=continue\n`;

describe.runIf(process.platform === 'linux')('a file system that others share', () => {
  it.each([
    [0x6969, 'NFS'],
    [0x517b, 'SMB'],
    [0xfe534d42, 'SMB'],
    [0xff534d42, 'SMB (CIFS)'],
    // As C libraries with a signed number give it.
    [0xff534d42 | 0, 'SMB (CIFS)'],
    [0x01021997, '9p'],
    [0x00c36400, 'Ceph'],
  ])('is known by its number: %i is %s', (type, name) => {
    expect(sharedFileSystem('/data/queue.db', all(type))).toBe(name);
  });

  it.each([
    ['ext4', 0xef53],
    ['btrfs', 0x9123683e],
    ['xfs', 0x58465342],
    ['zfs', 0x2fc12fc1],
    ['tmpfs', 0x01021994],
    ['overlayfs', 0x794c7630],
    ['f2fs', 0xf2f52010],
    ['ntfs3', 0x7366746e],
    ['exfat', 0x2011bab0],
    ['one that nobody knows', 0x12345],
  ])('is not %s', (_, type) => {
    expect(sharedFileSystem('/data/queue.db', all(type))).toBeNull();
  });

  it.each([
    ['virtiofs', 'virtiofs'],
    ['fuse.sshfs', 'sshfs'],
    ['fuse.rclone', 'rclone'],
    ['fuse.s3fs', 's3fs'],
    ['fuse.glusterfs', 'glusterfs'],
    ['fakeowner', 'fakeowner'],
  ])('behind FUSE is told by the list of mounts: %s', (type, name) => {
    const data = tempFolder();
    expect(sharedFileSystem(join(data, 'queue.db'), all(FUSE, mount('/', 'ext4') + mount(data, type)))).toBe(name);
  });

  it.each(['fuseblk', 'fuse.mergerfs', 'fuse.gocryptfs', 'fuse', 'fuse.bindfs'])('is not a local one behind FUSE: %s', (type) => {
    const data = tempFolder();
    expect(sharedFileSystem(join(data, 'queue.db'), all(FUSE, mount('/', 'ext4') + mount(data, type)))).toBeNull();
  });

  it('is that of the deepest mount, the later of two on one point, with a space in its name', () => {
    const folder = join(tempFolder(), 'my data');
    mkdirSync(folder);
    const escaped = folder.replaceAll(' ', '\\040');
    const mounts =
      mount(escaped, 'fuse.sshfs') + mount('/', 'fuse.rclone') + mount(`${escaped}-old`, 'fuse.s3fs') + mount(escaped, 'virtiofs');
    expect(sharedFileSystem(join(folder, 'queue.db'), all(FUSE, mounts))).toBe('virtiofs');
    expect(sharedFileSystem('/elsewhere/queue.db', all(FUSE, mounts))).toBe('rclone');
    expect(sharedFileSystem('/elsewhere/queue.db', all(FUSE, null))).toBeNull();
  });

  it('is looked for where the file lies, its links followed, or where its folder would be made', () => {
    const asked: string[] = [];
    const system: MountReader = {
      type: (folder) => {
        asked.push(folder);
        return 0xef53;
      },
      mounts: () => null,
    };
    const folder = tempFolder();
    const real = join(folder, 'real');
    mkdirSync(real);
    writeFileSync(join(real, 'queue.db'), '');
    symlinkSync(join(real, 'queue.db'), join(folder, 'link.db'));
    for (const file of ['link.db', 'new/deep/queue.db', 'real/queue.db']) sharedFileSystem(join(folder, file), system);
    expect(asked).toEqual([real, folder, real]);
  });
});

it('is a share by its name', () => {
  expect(sharedFileSystem('\\\\server\\share\\queue.db', all(0))).toBe('a network share');
  expect(sharedFileSystem('\\\\?\\C:\\queue.db', all(0xef53))).toBeNull();
});

it('a queue that SQLite cannot set up its log for is refused, with --db as the way out', () => {
  const file = join(tempFolder(), 'queue.db');
  mkdirSync(`${file}-wal`);
  const open = () => openQueue(file);
  expect(open).toThrow(QueueFileError);
  expect(open).toThrow(/disk I\/O error \(SQLITE_IOERR_\w+\); a queue needs a local disk that is well, name a file on one with --db/);
});
