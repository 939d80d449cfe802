import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import { scriptsFolder } from "@/suite/net/network-scripts-files";
import { exists, namesIn, readTextIfThere } from "@/suite/system/files";
import { activeUnits } from "@/suite/system/systemd";

export interface StackFacts {
  networkdActive: boolean;
  networkManagerActive: boolean;
  /** Stanzas other than lo in /etc/network/interfaces and below. */
  ifupdownStanzas: number;
  ifupdownInstalled: boolean;
  ifcfgFiles: number;
  networkServiceActive: boolean;
  /** ifcfg files with NM_CONTROLLED=no. On RHEL 7 both services run by default, and this line says whose an interface is. */
  ifcfgFilesOutsideNetworkManager: number;
}

const reads: Record<NetworkStack, string> = {
  networkd: "systemd-networkd",
  "network-manager": "NetworkManager",
  ifupdown: "ifupdown (/etc/network/interfaces)",
  "network-scripts": "network-scripts (ifcfg files)",
};

/** Which stack drives this node's interfaces. Two at once tear each other's bonds down, so two are refused. */
export function chooseStack(facts: StackFacts): NetworkStack {
  const active: NetworkStack[] = [];
  const { ifcfgFiles, ifcfgFilesOutsideNetworkManager: outside } = facts;
  const scripts = facts.networkServiceActive && ifcfgFiles > 0;
  if (facts.networkdActive) active.push("networkd");
  if (facts.networkManagerActive && !(scripts && outside === ifcfgFiles)) active.push("network-manager");
  if (facts.ifupdownInstalled && facts.ifupdownStanzas > 0) active.push("ifupdown");
  if (scripts && (!facts.networkManagerActive || outside > 0)) active.push("network-scripts");
  const [only, second] = active;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined) {
    if (facts.ifupdownInstalled) return "ifupdown";
    throw new AppError("missing-tool", "no network stack that this program knows drives this node's interfaces", {
      advice: "Let systemd-networkd, NetworkManager, ifupdown or network-scripts set up this node's interfaces.",
    });
  }
  throw new AppError(
    "conflict",
    `two network stacks are active: ${active.map((stack) => reads[stack]).join(" and ")}; nothing was changed`,
    {
      advice: "Let one of them drive all interfaces and disable the other.",
    },
  );
}

/** Editors and package managers leave copies beside, which initscripts pass over. */
export const isIfcfg = (name: string): boolean =>
  name.startsWith("ifcfg-") && name !== "ifcfg-lo" && !/(~|\.(bak|orig|rpmnew|rpmorig|rpmsave|old))$/.test(name);

/** ifupdown's hook for NetworkManager, and the one of its hooks that takes a bond apart as soon as NetworkManager has made it. */
const hooksThatFight = ["/etc/NetworkManager/dispatcher.d/01-ifupdown", "/etc/network/if-post-down.d/ifenslave"];

async function refuseFightingHooks(): Promise<void> {
  const texts = await Promise.all(hooksThatFight.map((path) => readTextIfThere(path)));
  if (texts.some((text) => text === null || text === "")) return;
  throw new AppError(
    "conflict",
    `NetworkManager would run ${hooksThatFight.join(", which runs ")}, which takes its bonds apart again; nothing was changed`,
    { advice: `Mask it: ln -sf /dev/null ${hooksThatFight[0]}` },
  );
}

export async function detectStack(): Promise<NetworkStack> {
  const units = ["systemd-networkd.service", "NetworkManager.service", "network.service"];
  const [networkdActive, networkManagerActive, networkServiceActive] = await activeUnits(units);
  const scripts = (await namesIn(scriptsFolder)).filter((name) => isIfcfg(name));
  const texts = await Promise.all(scripts.map((name) => readTextIfThere(`${scriptsFolder}/${name}`)));
  const stack = chooseStack({
    networkdActive: networkdActive === true,
    networkManagerActive: networkManagerActive === true,
    networkServiceActive: networkServiceActive === true,
    ifupdownInstalled: (await readTextIfThere("/etc/network/interfaces")) !== null || (await hasIfup()),
    ifupdownStanzas: countStanzas((await interfaceTexts()).join("\n")),
    ifcfgFiles: scripts.length,
    ifcfgFilesOutsideNetworkManager: texts.filter((text) => /^\s*NM_CONTROLLED=["']?no\b/im.test(text ?? "")).length,
  });
  if (stack === "network-manager") await refuseFightingHooks();
  return stack;
}

export const countStanzas = (text: string): number =>
  text.split("\n").filter((line) => /^\s*iface\s+(?!lo\b)\S+/.test(line)).length;

async function hasIfup(): Promise<boolean> {
  return (await exists("/usr/sbin/ifup")) || (await exists("/sbin/ifup"));
}

async function interfaceTexts(): Promise<string[]> {
  const more = (await namesIn("/etc/network/interfaces.d")).map((name) => `/etc/network/interfaces.d/${name}`);
  const texts = await Promise.all(["/etc/network/interfaces", ...more].map(readTextIfThere));
  return texts.filter((text) => text !== null);
}
