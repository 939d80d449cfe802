import { haNodes } from "@/contract/ha-config";
import { AppError } from "@/contract/errors";
import type { NodeSetup } from "@/contract/node-setup";
import { chronyFile, chronyPlan } from "@/suite/setup/chrony";
import { firewallRules } from "@/suite/setup/firewall";
import { hostsFile } from "@/suite/setup/hosts-file";
import type { Observation } from "@/suite/setup/step-log";
import { firewallUnit } from "@/suite/setup/units";
import { ensureFile, exists, readTextIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";
import { systemctl, unitState, waitActive } from "@/suite/system/systemd";

const toolTimeoutMs = 20_000;
const chronyStartTimeoutMs = 20_000;

const selfOf = (setup: NodeSetup): { name: string; ip: string } => {
  const self = haNodes(setup.config).find((node) => node.name === setup.node);
  if (self === undefined) throw new AppError("config-invalid", `the configuration's Node does not name ${setup.node}`);
  return self;
};

export async function writeHosts(setup: NodeSetup): Promise<Observation> {
  const text = (await readTextIfThere("/etc/hosts")) ?? "127.0.0.1 localhost\n";
  const nodes = haNodes(setup.config);
  const changed = await ensureFile("/etc/hosts", hostsFile(text, nodes, setup.node), { mode: 0o644 });
  return { changed, observed: `/etc/hosts names ${nodes.map((node) => node.name).join(", ")}` };
}

/** Debian and RHEL name file and unit differently. */
export async function chronyPlace(): Promise<{ file: string; unit: string } | null> {
  const places = [
    { file: "/etc/chrony/chrony.conf", unit: "chrony.service" },
    { file: "/etc/chrony.conf", unit: "chronyd.service" },
  ];
  for (const place of places) if (await exists(place.file)) return place;
  return null;
}

export async function configureTime(setup: NodeSetup): Promise<Observation> {
  const place = await chronyPlace();
  if (place === null) {
    throw new AppError("missing-tool", "chrony is not installed on this node", {
      advice: "Install the package chrony from the node's repositories.",
    });
  }
  const plan = chronyPlan(setup.config, selfOf(setup));
  const text = (await readTextIfThere(place.file)) ?? "";
  const changed = await ensureFile(place.file, chronyFile(text, plan), { mode: 0o644 });
  await systemctl("enable", place.unit);
  if (changed || (await unitState(place.unit)).active !== "active") await systemctl("restart", place.unit);
  await waitActive(place.unit, chronyStartTimeoutMs);
  const from = plan.sources.length === 0 ? "no source" : plan.sources.join(", ");
  return { changed, observed: `${place.unit} is active with ${from}${plan.serves ? ", serving the others" : ""}` };
}

export async function setFirewall(setup: NodeSetup): Promise<Observation> {
  const nodes = haNodes(setup.config);
  const rulesChanged = await ensureFile("/etc/zsha/firewall.nft", firewallRules(nodes), { mode: 0o644 });
  const unitChanged = await ensureFile("/etc/systemd/system/zsha-firewall.service", firewallUnit, { mode: 0o644 });
  if (!(await exists("/usr/sbin/nft"))) {
    throw new AppError("missing-tool", "nft is not installed on this node, so Consul's ports cannot be guarded", {
      advice: "Install the package nftables from the node's repositories.",
    });
  }
  await systemctl("daemon-reload");
  await systemctl("enable", "zsha-firewall.service");
  if (rulesChanged || unitChanged || !(await tableHas(nodes))) await systemctl("restart", "zsha-firewall.service");
  if (!(await tableHas(nodes))) {
    throw new AppError("verification-failed", "the nftables table inet zsha does not name every node after loading it");
  }
  return { changed: rulesChanged || unitChanged, observed: `table inet zsha admits ${nodes.length} nodes to Consul` };
}

async function tableHas(nodes: readonly { ip: string }[]): Promise<boolean> {
  const argv = ["nft", "list", "table", "inet", "zsha"];
  const result = await runCommand(argv, { timeoutMs: toolTimeoutMs });
  if (result.kind === "not-started") throw new AppError("missing-tool", describeFailure(argv, result));
  return (
    succeeded(result) &&
    nodes.every((node) => new RegExp(`[ {]${node.ip.replaceAll(".", "\\.")}[ ,}\\n]`).test(result.stdout))
  );
}
