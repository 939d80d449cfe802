import { AppError } from "@/contract/errors";
import type { NodeFacts } from "@/contract/node-facts";
import { say } from "@/contract/sentence";
import type { SshConnections } from "@/server/adapters/ssh/connections";
import { installPanelKey } from "@/server/adapters/ssh/install-panel-key";
import { openClient, probeHostKey } from "@/server/adapters/ssh/open-client";
import { type PanelKey, publicKeyOf } from "@/server/adapters/ssh/panel-key";
import { SshHost } from "@/server/adapters/ssh/ssh-host";
import type { NodeAccess, NodeEndpoint, NodeLogin, OneTimeCredentials } from "@/server/ports/node-access";
import type { RemoteHost, RemoteHosts } from "@/server/ports/remote-host";

export interface SshNodeAccessParts {
  connections: SshConnections;
  /** The panel's own private key, opened from the secret store. */
  panelKey: () => Promise<string>;
  collectFacts: (host: RemoteHost) => Promise<NodeFacts>;
}

export class SshNodeAccess implements NodeAccess {
  constructor(private readonly parts: SshNodeAccessParts) {}

  probeHostKey(endpoint: NodeEndpoint) {
    return probeHostKey(endpoint.address, endpoint.port);
  }

  async installPanelKey(login: NodeLogin, credentials: OneTimeCredentials): Promise<void> {
    const privateKey = await this.parts.panelKey();
    const panelKey: PanelKey = { privateKey, publicKey: publicKeyOf(privateKey) };
    const { address, port, user } = login;
    await installPanelKey({ address, port, user, pin: login, credentials, panelKey });
  }

  async panelKeyOpens(login: NodeLogin): Promise<boolean> {
    const privateKey = await this.parts.panelKey();
    try {
      const { address, port, user } = login;
      const credentials = { kind: "key", privateKey } as const;
      const client = await openClient({ address, port, user, node: address, pin: login, credentials });
      client.end();
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "node-refused-login") return false;
      throw error;
    }
  }

  collectFacts(login: NodeLogin): Promise<NodeFacts> {
    return this.parts.collectFacts(this.host(login));
  }

  host(login: NodeLogin, node: string = login.address): RemoteHost {
    const { address, port, user, keyType, fingerprint } = login;
    return new SshHost(node, this.parts.connections, async () => {
      const privateKey = await this.parts.panelKey();
      return { node, address, port, user, pin: { keyType, fingerprint }, privateKey };
    });
  }

  /** The hosts of a known cluster, by node name. */
  hosts(nodes: readonly (NodeLogin & { name: string })[]): RemoteHosts {
    const byName = new Map(nodes.map((node) => [node.name, this.host(node, node.name)]));
    return {
      host: (name) => {
        const found = byName.get(name);
        if (found) return found;
        throw new AppError("not-found", say("no-cluster-node", { node: name }), { facts: { node: name } });
      },
    };
  }
}
