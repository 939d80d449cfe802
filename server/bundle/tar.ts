/** POSIX ustar: what every tar and every archive viewer opens. One regular file. */

const blockBytes = 512;
const nameBytesMax = 100;

export interface TarFile {
  readonly path: string;
  readonly content: Buffer;
  readonly changedAtMs: number;
}

/** Header, content and padding of one file. */
export function tarEntry({ path, content, changedAtMs }: TarFile): Buffer {
  const { prefix, name } = splitPath(path);
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, "utf8");
  octal(header, 0o640, 100, 8);
  octal(header, 0, 108, 8);
  octal(header, 0, 116, 8);
  octal(header, content.length, 124, 12);
  octal(header, Math.floor(changedAtMs / 1000), 136, 12);
  // The checksum counts its own field as spaces.
  header.fill(" ", 148, 156);
  header.write("0", 156, "ascii");
  header.write("ustar\u000000", 257, "ascii");
  header.write(prefix, 345, "utf8");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "ascii");
  const padding = (blockBytes - (content.length % blockBytes)) % blockBytes;
  return Buffer.concat([header, content, Buffer.alloc(padding)]);
}

export const tarEnd = (): Buffer => Buffer.alloc(2 * blockBytes);

function octal(header: Buffer, value: number, at: number, length: number): void {
  header.write(`${value.toString(8).padStart(length - 1, "0")}\u0000`, at, "ascii");
}

function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= nameBytesMax) return { prefix: "", name: path };
  const cut = path.lastIndexOf("/");
  const prefix = path.slice(0, cut);
  const name = path.slice(cut + 1);
  if (cut === -1 || Buffer.byteLength(prefix) > 155 || Buffer.byteLength(name) > nameBytesMax)
    throw new RangeError(`${path} is too long a name for a tar file`);
  return { prefix, name };
}
