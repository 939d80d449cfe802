import type { ClusterSecrets } from "@/contract/cluster-secrets";
import type { DeploymentInput } from "@/contract/deployment-input";
import { haNodes } from "@/contract/ha-config";
import { emptyModel } from "@/contract/network-model";
import { cephKeyringPath, type ClusterFile, type NodeSetup, suitePaths } from "@/contract/node-setup";
import { cephClientConfText, keyringText } from "@/server/steps/deployment/ceph-config";
import { cephConfFor, cephPaths } from "@/server/steps/deployment/ceph-keys";
import { suiteUser } from "@/server/steps/deployment/ceph-pool";
import { networksOfNode } from "@/server/steps/networks/network-wish";
import { withNetworks } from "@/suite/net/model";
import { consulConfig } from "@/suite/setup/consul-config";
import { authorizedKeysFile, authorizedLine } from "@/suite/setup/peer-access";

export const cephFsid = "0f51d000-0000-4000-8000-000000000000";

export const clusterSecrets: ClusterSecrets = {
  gossipKey: "gossip key only of this test",
  managementToken: "management token only of this test",
  suiteToken: "suite token only of this test",
  peerPrivateKey: "peer key only of this test",
  peerPublicKey: "ssh-ed25519 QUFBQQ==",
};

/** Path → text of what a deployment leaves on one node, written by the very code that writes it there. */
export function nodeFiles(input: DeploymentInput, node: string, cephKey = "AQ=="): Map<string, string> {
  const { config, haProfile, storage } = input;
  const nodes = haNodes(config);
  const self = nodes.find(({ name }) => name === node);
  if (self === undefined) throw new Error(`${node} is not in the configuration`);
  const user = storage.mode === "existing" ? storage.user.replace("client.", "") : suiteUser;
  const { gossipKey, managementToken, suiteToken, peerPrivateKey: privateKey, peerPublicKey } = clusterSecrets;
  const consul: NodeSetup["consul"] = {
    binary: null,
    sha256: null,
    datacenter: "dc1",
    gossipKey,
    managementToken,
    suiteToken,
  };
  const setup: NodeSetup = { protocol: 1, node, config, profile: haProfile, consul, ceph: null };
  const file: ClusterFile = {
    protocol: 1,
    node,
    ip: self.ip,
    nodes,
    profile: haProfile,
    datacenter: "dc1",
    cephUser: user,
    suiteVersion: "0.1.0",
    config,
  };
  const model = withNetworks(emptyModel, networksOfNode(input, node));
  const cephConf = storage.mode === "existing" ? cephClientConfText(storage.monitors) : cephConfFor(input, cephFsid);
  const peer = { privateKey, fingerprints: {} };
  const line = authorizedLine(
    peerPublicKey,
    nodes.map(({ ip }) => ip),
  );
  return new Map([
    [suitePaths.clusterFile, JSON.stringify(file)],
    [suitePaths.consulTokens, JSON.stringify({ managementToken, suiteToken })],
    [suitePaths.consulConfig, JSON.stringify(consulConfig(setup, [1, 20]))],
    [suitePaths.peerFile, JSON.stringify(peer)],
    [authorizedKeysFile, `ssh-ed25519 AAAA somebody\n# BEGIN zsha\n${line}\n# END zsha\n`],
    [suitePaths.networkModel, JSON.stringify(model)],
    [cephPaths.conf, cephConf],
    [cephKeyringPath(user), keyringText(user, cephKey)],
  ]);
}
