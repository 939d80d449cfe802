import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { AppError } from "@/contract/errors";
import { type Saying, say } from "@/contract/sentence";

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
    throw unreadable(ref, say("secret-damaged"), {});
  }
  if (keyId !== keyIdOf(key)) {
    throw unreadable(ref, say("secret-other-key"), { sealedWith: keyId ?? "", present: keyIdOf(key) });
  }
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 })
      .setAAD(Buffer.from(ref))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw unreadable(ref, say("secret-altered"), {}, cause);
  }
}

export const keyIdIn = (sealed: string): string => sealed.split(".")[1] ?? "";

function unreadable(ref: string, why: Saying, facts: Record<string, string>, cause?: unknown): AppError {
  return new AppError("secret-unreadable", say("secret-unopened", { ref, why }), {
    facts: { ref, why: why.text, ...facts },
    advice: say("secret-key-back"),
    cause,
  });
}
