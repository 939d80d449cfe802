import { chown, lstat, mkdir, open, readdir, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname } from "node:path";

export interface FileAttributes {
  mode: number;
  uid?: number;
  gid?: number;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

export async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Empty when there is no such directory. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Makes the file have this content and these attributes. True when anything had to change. Readers never see half a file. */
export async function ensureFile(path: string, content: string | Buffer, attributes: FileAttributes): Promise<boolean> {
  const { uid = 0, gid = 0 } = attributes;
  const wanted = Buffer.from(content);
  if (await isAlready(path, wanted, { mode: attributes.mode, uid, gid })) return false;
  await mkdir(dirname(path), { recursive: true });
  // Needs to be free, not secret: the cryptography behind a secret name costs a short command a seventh of its time.
  const beside = `${path}.zsha-${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    const handle = await open(beside, "wx", 0o600);
    try {
      await handle.writeFile(wanted);
      await handle.chmod(attributes.mode);
      await handle.chown(uid, gid);
      // A power cut after the rename must find the content, not an empty file.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return true;
}

async function isAlready(path: string, wanted: Buffer, want: Required<FileAttributes>): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (!found.isFile() || found.size !== wanted.length) return false;
    if ((found.mode & 0o7777) !== want.mode || found.uid !== want.uid || found.gid !== want.gid) return false;
    return (await readFile(path)).equals(wanted);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export async function ensureDirectory(path: string, attributes: FileAttributes): Promise<void> {
  await mkdir(path, { recursive: true, mode: attributes.mode });
  const { uid = 0, gid = 0, mode } = attributes;
  const handle = await open(path, "r");
  try {
    await handle.chmod(mode);
    await handle.chown(uid, gid);
  } finally {
    await handle.close();
  }
}

export async function ensureSymlink(path: string, target: string): Promise<boolean> {
  if (await exists(path)) {
    if ((await lstat(path)).isSymbolicLink() && (await readlink(path)) === target) return false;
    await rm(path, { force: true });
  }
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
  return true;
}

/** True when there was something to remove. */
export async function removeIfThere(path: string): Promise<boolean> {
  if (!(await exists(path))) return false;
  await rm(path, { recursive: true, force: true });
  return true;
}

export async function giveTree(path: string, uid: number, gid: number): Promise<void> {
  const entries = (await stat(path)).isDirectory() ? await readdir(path) : [];
  for (const entry of entries) await giveTree(`${path}/${entry}`, uid, gid);
  await chown(path, uid, gid);
}
