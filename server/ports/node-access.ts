import type { NodeFacts } from "@/contract/node-facts";
import type { RemoteHost } from "@/server/ports/remote-host";

/** A node that belongs to no cluster yet: reached by what a draft knows of it. */
export interface NodeEndpoint {
  address: string;
  port: number;
}

export interface NodeLogin extends NodeEndpoint {
  user: string;
  /** The host key a person accepted; any other ends the connection before anything is sent. */
  keyType: string;
  fingerprint: string;
}

/** Given once by a person; never stored, never logged. */
export type OneTimeCredentials = { kind: "password"; password: string } | { kind: "key"; privateKey: string };

export interface NodeAccess {
  /** What sshd presents before anybody logs in. */
  probeHostKey(endpoint: NodeEndpoint): Promise<{ keyType: string; fingerprint: string; key: string }>;
  /** Logs in once, adds the panel's own key and proves on a new connection that it opens. */
  installPanelKey(login: NodeLogin, credentials: OneTimeCredentials): Promise<void>;
  /** Does the panel's key open it already? */
  panelKeyOpens(login: NodeLogin): Promise<boolean>;
  collectFacts(login: NodeLogin): Promise<NodeFacts>;
  host(login: NodeLogin): RemoteHost;
}
