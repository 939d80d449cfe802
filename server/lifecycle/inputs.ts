import type { ClusterStatus } from "@/contract/cluster-status";
import { configChanges, immutableChanges } from "@/contract/config-change";
import { problemMessage, syntaxMessage } from "@/contract/config-problem-text";
import { parseConfigText, serialiseConfig } from "@/contract/config-text";
import { AppError } from "@/contract/errors";
import { type HaConfig, managementVmImageName } from "@/contract/ha-config";
import { checkHaConfig } from "@/contract/ha-config-check";
import { agentBundleName } from "@/contract/lifecycle";
import type {
  InstallAgentInput,
  LifecycleWish,
  MigrateInput,
  ResetPasswordInput,
  UninstallInput,
  UpdateConfigInput,
  UpgradeInput,
} from "@/contract/lifecycle";
import {
  bundleGuard,
  configGuards,
  type LifecycleGuard,
  passwordGuard,
  upgradeGuards,
  type UpgradeFacts,
} from "@/contract/lifecycle-guards";
import { migrationTarget } from "@/contract/maintenance-guards";
import { uploadPath } from "@/contract/deployment-input";
import { say, type Sentence } from "@/contract/sentence";
import { contractProtocol } from "@/contract/version";
import { clusterConfig, hostOf, nodesOf } from "@/server/cluster/service";
import { uploadOrNull } from "@/server/deployment/uploads";
import { memberOf, type NodeSuite, suiteLook } from "@/server/lifecycle/look";
import { newestSuite } from "@/server/lifecycle/suite-bundle";

/** Of one wish: what a run would be made from, null where that cannot be said, and the guards only this wish has. */
export interface Prepared {
  readonly guards: readonly LifecycleGuard[];
  readonly input: unknown;
  /** What the person types before it starts; null: a click will do. */
  readonly word: string | null;
}

interface Base {
  readonly protocol: 1;
  readonly actor: string;
  readonly nodes: { name: string; address: string }[];
  readonly helper: string;
}

export const newPasswordRef = (clusterId: string): string => `cluster:${clusterId}:new-root-password`;

export interface Asked {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly status: ClusterStatus;
  readonly actor: string;
  readonly fresh: boolean;
}

export async function prepare(wish: LifecycleWish, asked: Asked): Promise<Prepared> {
  const base = await baseOf(asked);
  switch (wish.kind) {
    case "upgrade-suite":
      return await prepareUpgrade(wish, asked, base);
    case "update-config":
      return await prepareConfig(wish, asked, base);
    case "migrate-vm":
      return prepareMigration(wish.target, asked, base);
    case "uninstall-suite":
      return await prepareUninstall(wish.deleteImage, asked, base);
    case "install-guest-agent":
      return await prepareAgent(wish.uploadId, asked, base);
    case "reset-password": {
      const view = await clusterConfig(asked.clusterId).catch(() => null);
      const passwordSecretRef = wish.to === "random" ? newPasswordRef(asked.clusterId) : null;
      const input: ResetPasswordInput = { ...base, passwordSecretRef };
      return {
        guards: [passwordGuard(view?.config ?? null)],
        input,
        word: wish.to === "default" ? asked.clusterName : null,
      };
    }
  }
}

const ownerOf = ({ owner }: ClusterStatus): string | null =>
  owner.state === "known" ? (owner.value?.node ?? null) : null;

/** A node that answers, and rather not the one of the management VM: it is the last to be touched. */
async function baseOf({ clusterId, status, actor }: Asked): Promise<Base> {
  const stored = await nodesOf(clusterId);
  const names = stored.map(({ name }) => name);
  const answers = (name: string): boolean => {
    const link = status.nodes.find((node) => node.name === name)?.link;
    return link?.state === "known" && link.value.reachable;
  };
  const others = names.filter((name) => name !== ownerOf(status));
  const helper = others.find(answers) ?? names.find(answers) ?? names[0] ?? "";
  return { protocol: 1, actor, nodes: stored.map(({ name, address }) => ({ name, address })), helper };
}

async function prepareUpgrade(
  wish: Extract<LifecycleWish, { kind: "upgrade-suite" }>,
  { clusterId, status, fresh }: Asked,
  base: Base,
): Promise<Prepared> {
  const looks = await suiteLook(clusterId, fresh);
  const to = wish.from === "panel" ? await bundleTo() : keptTo(looks);
  const installed = Object.fromEntries(Object.entries(looks).map(([node, look]) => [node, look.installed]));
  const guards = upgradeGuards({ to, installed, protocol: contractProtocol });
  const owner = ownerOf(status);
  const builds = Object.entries(installed).flatMap(([node, reading]) =>
    reading.state === "known" ? [[node, reading.value] as const] : [],
  );
  if (to === null || builds.length !== base.nodes.length) return { guards, input: null, word: null };
  const { protocol: _protocol, ...build } = to;
  const names = base.nodes.map(({ name }) => name);
  const moves = wish.moveVmFirst && owner !== null && status.ha.state === "known";
  const input: UpgradeInput = {
    ...base,
    to: build,
    installed: Object.fromEntries(builds),
    order: [...names.filter((name) => name !== owner), ...(owner === null ? [] : [owner])],
    subject: owner ?? "",
    moveVmTo: moves && status.ha.state === "known" ? migrationTarget(status.ha.value, owner) : null,
    hold: wish.hold,
  };
  return { guards, input, word: null };
}

type To = NonNullable<UpgradeFacts["to"]> & { readonly sha256: string };

async function bundleTo(): Promise<To> {
  const { version, commit, date, sha256, protocol } = await newestSuite();
  return { version, commit, date, sha256, protocol, from: "panel" };
}

/** Back is a way only where every node has kept the same build. It spoke with these nodes before. */
function keptTo(looks: Readonly<Record<string, NodeSuite>>): To | null {
  const kept = Object.values(looks).map((look) => (look.kept.state === "known" ? look.kept.value : null));
  const [first] = kept;
  if (first === undefined || first === null || kept.some((build) => build?.sha256 !== first.sha256)) return null;
  return { ...first, protocol: contractProtocol, from: "kept" };
}

async function prepareConfig(
  wish: Extract<LifecycleWish, { kind: "update-config" }>,
  { clusterId }: Asked,
  base: Base,
): Promise<Prepared> {
  const view = await clusterConfig(clusterId);
  const { config, refused } = judgedText(wish.text, view?.config ?? null);
  const changes = config === null || view === null ? 0 : configChanges(view.config, config).length;
  const guards = configGuards({ baseVersion: wish.baseVersion, version: view?.version ?? null, refused, changes });
  if (config === null || view === null) return { guards, input: null, word: null };
  const input: UpdateConfigInput = {
    ...base,
    baseVersion: wish.baseVersion,
    before: serialiseConfig(view.config),
    after: serialiseConfig(config),
    apply: wish.apply,
    reason: wish.reason?.trim() ?? "",
  };
  return { guards, input, word: null };
}

/** As `zsha check-config` and `zsha import-config` judge it. */
function judgedText(text: string, current: HaConfig | null): { config: HaConfig | null; refused: Sentence[] } {
  const parsed = parseConfigText(text);
  if (parsed.kind === "syntax") return { config: null, refused: [syntaxMessage(parsed.problem)] };
  if (parsed.kind === "shape") return { config: null, refused: parsed.problems.map(problemMessage) };
  const immutable = current === null ? [] : immutableChanges(current, parsed.config);
  const errors = checkHaConfig(parsed.config).filter(({ severity }) => severity === "error");
  return { config: parsed.config, refused: [...errors, ...immutable].map(problemMessage) };
}

function prepareMigration(target: string, { status }: Asked, base: Base): Prepared {
  const owner = ownerOf(status);
  const input: MigrateInput | null = owner === null ? null : { ...base, from: owner, target };
  return { guards: [], input, word: null };
}

async function prepareAgent(uploadId: string, { status }: Asked, base: Base): Promise<Prepared> {
  const stored = await uploadOrNull(uploadId);
  const owner = ownerOf(status);
  const isWhole = stored?.state === "complete" && stored.sha256 !== null;
  const isNameGood = agentBundleName.test(stored?.fileName ?? "");
  const guards = [bundleGuard(stored === null ? null : { fileName: stored.fileName, isWhole, isNameGood })];
  if (stored === null || stored.sha256 === null || !isWhole || !isNameGood || owner === null)
    return { guards, input: null, word: null };
  const { fileName, bytes, sha256 } = stored;
  const input: InstallAgentInput = {
    ...base,
    owner,
    bundle: { panelPath: uploadPath(uploadId), fileName, bytes, sha256 },
  };
  return { guards, input, word: null };
}

async function prepareUninstall(deleteImage: boolean, asked: Asked, base: Base): Promise<Prepared> {
  const member = await memberOf(await hostOf(asked.clusterId, base.helper));
  if (member === null)
    throw new AppError("not-found", say("suite-removed", { node: base.helper }), { facts: { node: base.helper } });
  const config = (await clusterConfig(asked.clusterId))?.config ?? member.config;
  const image: UninstallInput["image"] =
    config.Type === "CephConf"
      ? { kind: "rbd", spec: `${config.PoolName}/${managementVmImageName}`, cephUser: member.cephUser }
      : { kind: "file", path: `${config.ImageFolder.replace(/\/+$/, "")}/${managementVmImageName}` };
  const input: UninstallInput = { ...base, image, deleteImage };
  const name = image.kind === "rbd" ? image.spec : image.path;
  return { guards: [], input, word: deleteImage ? `${asked.clusterName} ${name}` : asked.clusterName };
}
