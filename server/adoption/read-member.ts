import { type ShownNetwork, shownNetworkSchema } from "@/contract/network-model";
import type { NodeFacts } from "@/contract/node-facts";
import { cephKeyringPath, type ClusterFile, suitePaths } from "@/contract/node-setup";
import { authorizedKeysPath } from "@/server/adoption/cluster-keys";
import { type ConsulSeen, type MemberSeen, networksOf } from "@/server/adoption/rebuild";
import { exitedZero, type RemoteHost } from "@/server/ports/remote-host";
import { cephPaths } from "@/server/steps/deployment/ceph-keys";
import { jsonOf } from "@/server/steps/maintenance/maintenance-step";

/** A member as its cluster file names it, and the way to it. */
export interface Member {
  readonly name: string;
  readonly storageIp: string;
  readonly login: MemberSeen["login"];
  readonly facts: NodeFacts;
  readonly file: ClusterFile;
  readonly host: RemoteHost;
}

/** Starting the suite's executable takes seconds on a busy node, hashing Consul's hundred megabytes as well. */
const answerMs = 60_000;

/** Every file by its own path: what has a key in it comes back over ssh, and nothing of it is on a command line. */
export async function readMember({ host, ...member }: Member, asksConsul: boolean): Promise<MemberSeen> {
  const { name: node, storageIp, file } = member;
  const user = file.cephUser;
  const [tokens, consulConfig, peer, authorizedKeys, networkModel, conf, keyring, consul] = await Promise.all([
    host.readFile(suitePaths.consulTokens),
    host.readFile(suitePaths.consulConfig),
    host.readFile(suitePaths.peerFile),
    host.readFile(authorizedKeysPath),
    host.readFile(suitePaths.networkModel),
    host.readFile(cephPaths.conf),
    user === null ? null : host.readFile(cephKeyringPath(user)),
    asksConsul ? consulOn(host) : null,
  ]);
  const seen: MemberSeen = {
    ...member,
    keys: { node, tokens, consulConfig, peer, authorizedKeys },
    storage: { node, storageIp, conf, keyring, user },
    networkModel,
    shown: null,
    consul,
  };
  return "known" in networksOf(seen) ? seen : { ...seen, shown: await shownOn(host) };
}

async function shownOn(host: RemoteHost): Promise<ShownNetwork | null> {
  const answer = await host.exec(["zs-show-network", "--json"], { timeoutMs: answerMs });
  const line = exitedZero(answer) ? (answer.stdout.trim().split("\n").at(-1) ?? "") : "";
  const parsed = shownNetworkSchema.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : null;
}

/** Where the suite installs it. A package's own file is one that its manager finds unchanged. */
const consulPath = "/usr/bin/consul";
const consulScript =
  'sha256sum "$1" && "$1" version | head -n 1 && ' +
  '{ { dpkg-query --search "$1" && ! dpkg --verify consul | grep -qF "$1"; } || ' +
  '{ rpm --query --file "$1" && ! rpm --verify --file "$1" | grep -qF "$1"; }; } >/dev/null 2>&1 && echo packaged || :';

async function consulOn(host: RemoteHost): Promise<ConsulSeen | null> {
  const answer = await host.exec(["sh", "-c", consulScript, "consul-of-node", consulPath], { timeoutMs: answerMs });
  const [digest = "", version = "", origin] = exitedZero(answer) ? answer.stdout.split("\n") : [];
  const sha256 = /^[0-9a-f]{64}(?= )/.exec(digest)?.[0];
  const number = /\d+\.\d+\.\d+/.exec(version)?.[0];
  return sha256 === undefined || number === undefined
    ? null
    : { sha256, version: number, isPackaged: origin === "packaged" };
}
