interface KeyPair {
  private: string;
  public: string;
}

/** What this needs of `ssh2.utils`, which only the ssh doors may import. */
interface KeyTools {
  generateKeyPairSync(type: "ed25519", options?: { comment?: string }): KeyPair;
  parseKey(text: string): unknown;
}

/** One pair in 256 is unreadable, so sixteen in a row mean that something else is wrong. */
const attempts = 16;

/**
 * An ed25519 pair in OpenSSH's format that can be read back. ssh2 1.17 cuts leading zero bytes off the public key (mscdex/ssh2#1390),
 * and neither it nor sshd accepts what comes out.
 */
export function readableKeyPair(tools: KeyTools, comment = ""): KeyPair {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const pair = tools.generateKeyPairSync("ed25519", { comment });
    if (![pair.private, pair.public].some((text) => tools.parseKey(text) instanceof Error)) return pair;
  }
  throw new Error(`none of ${attempts} generated ssh keys could be read back`);
}
