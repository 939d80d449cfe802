import { hkdfSync, randomBytes } from "node:crypto";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { AppError } from "@/contract/errors";
import { type Saying, say } from "@/contract/sentence";
import { environment } from "@/server/env";
import { oncePerProcess } from "@/server/process";
import { secretKeyBytes } from "@/server/secret/seal";

/** Reads the panel's key, or makes it when there is none yet. Two panels starting at once end up with the same one. */
export function loadOrCreateKey(file: string): Buffer {
  const present = readKey(file);
  if (present !== null) return present;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const descriptor = openSync(/* turbopackIgnore: true */ draft, "wx", 0o600);
  try {
    writeSync(descriptor, `${randomBytes(secretKeyBytes).toString("base64")}\n`);
    // A key lost in a power cut takes every stored secret with it.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    // link, not rename: it fails when another panel was first, and a reader never sees half a key.
    linkSync(draft, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readKey(file);
  if (made === null) throw unusable(file, say("key-file-vanished"));
  return made;
}

function readKey(file: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw unusable(file, say("key-file-unread"), error);
  }
  const key = Buffer.from(text, "base64");
  if (key.length !== secretKeyBytes) throw unusable(file, say("key-file-not-key", { bytes: secretKeyBytes }));
  return key;
}

const unusable = (file: string, why: Saying, cause?: unknown): AppError =>
  new AppError("secret-unreadable", say("key-file-unusable", { file, why }), {
    facts: { file, why: why.text },
    advice: say("key-file-restore"),
    cause,
  });

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

export const secretKey = (): Buffer =>
  oncePerProcess("secret key", () => {
    const { secretKeyFile, dataDirectory } = environment();
    const key = loadOrCreateKey(secretKeyFile);
    // A file of our own may have come back from a backup readable by all; one given by the operator is theirs.
    if (secretKeyFile.startsWith(`${dataDirectory}/`)) chmodSync(secretKeyFile, 0o600);
    return key;
  });

/** A key for one purpose, from which neither the panel's key nor other derived ones can be found. */
export const derivedKey = (purpose: string): string =>
  Buffer.from(hkdfSync("sha256", secretKey(), "trivet", purpose, 32)).toString("base64");
