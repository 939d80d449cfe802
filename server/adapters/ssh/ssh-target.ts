/** The key a person accepted for a node. SHA-256 of the whole key: equal fingerprints are equal keys. */
export interface HostKeyPin {
  keyType: string;
  /** "SHA256:…" as ssh-keygen -lf prints it. */
  fingerprint: string;
}

export interface SshEndpoint {
  address: string;
  port: number;
}

/** Everything needed to log in to one node with the panel's own key. */
export interface SshTarget extends SshEndpoint {
  node: string;
  user: string;
  pin: HostKeyPin;
  /** OpenSSH private key, opened from the secret store; lives in memory only. */
  privateKey: string;
}

/** What a host presents before anybody has logged in. */
export interface PresentedHostKey extends HostKeyPin {
  /** The key itself, base64, as in known_hosts. */
  key: string;
}
