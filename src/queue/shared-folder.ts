import { existsSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { dirname, sep } from 'node:path';

/**
 * File systems whose other side is another machine or another kernel, by the number that statfs gives them on Linux (linux/magic.h).
 * There locks are not held for everybody and the memory that a write-ahead log shares is not shared: SQLite corrupts, or fails half way.
 */
const SHARED_MAGIC: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB (CIFS)'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x786f4256, 'a VirtualBox shared folder'],
  [0xbacbacbc, 'a VMware shared folder'],
]);

/** FUSE alone says nothing: ntfs-3g and mergerfs are local. What is behind it only the list of mounts tells. */
const FUSE_MAGIC = 0x65735546;

const SHARED_MOUNT =
  /^(?:virtiofs|fakeowner|prl_fs|drvfs|fuse\.(?:sshfs|glusterfs|s3fs|rclone|gcsfuse|goofys|geesefs|mountpoint-s3|blobfuse2?|davfs2?|curlftpfs|juicefs|moosefs|mfs|lizardfs|seaweedfs|ceph(?:-fuse)?|cephfs|beegfs|vmhgfs-fuse|grpcfuse|osxfs|lustre|hdfs|ossfs|cosfs|google-drive-ocamlfuse))$/;

/** What is asked of the system; tests stand in for it. */
export interface MountReader {
  /** The number of the file system that holds a folder. */
  type(folder: string): number;
  /** The text of /proc/self/mountinfo; null where there is none. */
  mounts(): string | null;
}

const SYSTEM: MountReader = {
  type: (folder) => statfsSync(folder).type,
  mounts: () => (existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'utf8') : null),
};

/** The kind of network or shared file system that a file lies on, or would; null when it is local or cannot be told. */
export function sharedFileSystem(file: string, system: MountReader = SYSTEM): string | null {
  if (/^\\\\(?![.?]\\)/.test(file)) return 'a network share';
  // statfs tells other systems' numbers elsewhere: there the write-ahead log itself is the probe.
  if (process.platform !== 'linux') return null;
  const folder = existingFolder(file);
  // Some C libraries give the number with its sign.
  const type = system.type(folder) >>> 0;
  if (type !== FUSE_MAGIC) return SHARED_MAGIC.get(type) ?? null;
  const mount = mountType(system.mounts() ?? '', folder);
  return mount !== null && SHARED_MOUNT.test(mount) ? mount.replace(/^fuse\./, '') : null;
}

/** The nearest folder that is there, its links followed: the others would be made in it. */
function existingFolder(file: string): string {
  let at = file;
  // A queue that is a link lies where the link leads.
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at === file ? dirname(realpathSync(at)) : realpathSync(at);
}

/** The type of the mount that holds a folder, by /proc/self/mountinfo (proc(5)): the deepest, and of two on one point the later. */
function mountType(mounts: string, folder: string): string | null {
  let best: { readonly point: string; readonly type: string } | null = null;
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescapeMount(before.split(' ')[4] ?? '');
    const type = after.split(' ')[0];
    if (point === '' || type === undefined || type === '') continue;
    const holds = folder === point || folder.startsWith(point.endsWith(sep) ? point : `${point}${sep}`);
    if (holds && (best === null || point.length >= best.point.length)) best = { point, type };
  }
  return best?.type ?? null;
}

/** Spaces, tabs, newlines and backslashes are written as octal numbers. */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
