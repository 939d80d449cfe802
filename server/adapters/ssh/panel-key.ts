import ssh2 from "ssh2";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { readableKeyPair } from "@/lib/readable-key-pair";

export interface PanelKey {
  /** OpenSSH format; to be sealed at once. */
  privateKey: string;
  /** One line of authorized_keys. */
  publicKey: string;
}

export function generatePanelKey(comment: string): PanelKey {
  const pair = readableKeyPair(ssh2.utils, comment);
  return { privateKey: pair.private, publicKey: pair.public };
}

/** The authorized_keys line that belongs to a private key. */
export function publicKeyOf(privateKey: string): string {
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error)
    throw new AppError("bad-input", say("private-key-unreadable", { said: parsed.message }), {
      advice: say("private-key-form"),
    });
  return `${parsed.type} ${parsed.getPublicSSH().toString("base64")} ${parsed.comment || "trivet"}`.trim();
}
