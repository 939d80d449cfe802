import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { AppError } from "@/contract/errors";

/**
 * Sealed text: "v1.KEYID.IV.TAG.CIPHERTEXT", AES-256-GCM. The secret's ref is authenticated with it, so that a sealed text
 * moved to another row does not open. A fresh IV per seal; the key never leaves its file and this process.
 */
export const secretKeyBytes = 32;
const ivBytes = 12;
const version = "v1";

/** Names a key without telling anything about it; written into each sealed text to recognise a wrong key. */
export const keyIdOf = (key: Buffer): string =>
  createHash("sha256").update("trivet key id").update(key).digest("hex").slice(0, 8);

export function seal(key: Buffer, ref: string, value: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(ref));
  const ciphertext = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  const parts = [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString("base64url"));
  return [version, keyIdOf(key), ...parts].join(".");
}

export function unseal(key: Buffer, ref: string, sealed: string): string {
  const [found, keyId, ...encoded] = sealed.split(".");
  const [iv, tag, ciphertext] = encoded.map((part) => Buffer.from(part, "base64url"));
  if (found !== version || encoded.length !== 3 || !iv || !tag || !ciphertext) {
    throw unreadable(ref, "its sealed text is damaged", {});
  }
  if (keyId !== keyIdOf(key)) {
    throw unreadable(ref, "it was sealed with another key", { sealedWith: keyId ?? "", present: keyIdOf(key) });
  }
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 })
      .setAAD(Buffer.from(ref))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw unreadable(ref, "its sealed text was changed", {}, cause);
  }
}

export const keyIdIn = (sealed: string): string => sealed.split(".")[1] ?? "";

function unreadable(ref: string, why: string, facts: Record<string, string>, cause?: unknown): AppError {
  return new AppError("secret-unreadable", `The secret ${ref} cannot be opened: ${why}.`, {
    facts: { ref, why, ...facts },
    advice:
      "Put the secret.key that was in use when the secret was stored back in its place, or enter the secret again.",
    cause,
  });
}
