import { z } from "zod";
import { AppError } from "@/contract/errors";
import type { NodeFacts } from "@/contract/node-facts";
import { parseLldp } from "@/contract/lldp";
import { say } from "@/contract/sentence";
import { parseDisks } from "@/server/node/parse-disks";
import { parseNics } from "@/server/node/parse-nics";

export type Sections = Readonly<Record<string, string>>;
/** What the script cannot say: it is measured from the panel. */
export type MeasuredClock = Pick<NodeFacts, "clockOffsetMs" | "clockUncertaintyMs">;

/** Output of facts.sh as facts. Throws when it was cut or is not its output at all. */
export function parseFacts(output: string, clock: MeasuredClock, at: string): NodeFacts {
  const sections = splitSections(output);
  if (sections.end === undefined)
    throw new AppError("unexpected-output", say("facts-incomplete"), {
      facts: { received: output.length, last: output.trim().split("\n").at(-1)?.slice(0, 120) ?? "" },
      advice: say("shell-silent"),
    });
  const text = (name: string) => (sections[name] ?? "").trim();
  const lines = (name: string) => (sections[name] ?? "").split("\n").filter((line) => line.trim() !== "");
  const [kernel = "", architecture = ""] = lines("kernel");
  return {
    at,
    hostName: text("host-name"),
    bootId: text("boot-id"),
    machineId: text("machine-id"),
    os: { ...parseOsRelease(text("os-release")), kernel, architecture },
    cpu: parseCpu(text("cpu"), text("cpu-topology")),
    kvmUsable: text("kvm") === "usable",
    bondingAvailable: text("bonding") === "available",
    memoryBytes: Number(/(\d+) kB/.exec(text("memory"))?.[1] ?? 0) * 1024,
    timeZone: text("time-zone"),
    ...clock,
    defaultGateway: /default via (\S+)/.exec(text("default-route"))?.[1] ?? null,
    nics: parseNics(lines("nics"), lines("addresses")),
    lldp: parseLldp(text("lldp")),
    disks: parseDisks(lines("block-devices"), lines("loop-files"), lines("disk-evidence")),
    mounts: parseMounts(lines("mounts")),
    hostsFile: (sections["hosts-file"] ?? "").replace(/\n$/, ""),
    tools: Object.fromEntries(
      lines("tools").map((line) => {
        const [name = "", version] = line.split("\t");
        return [name, version === undefined ? null : version.trim() || "present"];
      }),
    ),
    packageManager: packageManagers[text("package-manager")] ?? "none",
    networkStack: parseNetworkStack(lines("network-stack")),
    membership: parseMembership(lines("membership"), text("cluster-file")),
  };
}

const packageManagers: Readonly<Record<string, NodeFacts["packageManager"]>> = {
  "apt-get": "apt",
  dnf: "dnf",
  yum: "yum",
};

export function splitSections(output: string): Sections {
  const sections: Record<string, string> = {};
  for (const part of output.replaceAll("\r\n", "\n").split(/^@@/m).slice(1)) {
    const newline = part.indexOf("\n");
    const name = newline < 0 ? part : part.slice(0, newline);
    // The blank line before the next header is the script's, not the content's.
    sections[name.trim()] = newline < 0 ? "" : part.slice(newline + 1).replace(/\n$/, "");
  }
  return sections;
}

function parseOsRelease(text: string): Pick<NodeFacts["os"], "id" | "versionId" | "prettyName"> {
  const field = (name: string) => new RegExp(`^${name}=["']?(.*?)["']?$`, "m").exec(text)?.[1] ?? "";
  // RHEL's minor version is only in redhat-release: os-release of CentOS 7 says "7".
  const release = /release (\d+(?:\.\d+)*)/.exec(text)?.[1];
  const versionId = field("VERSION_ID");
  return {
    id: field("ID") || (release ? "rhel" : ""),
    versionId: release?.startsWith(`${versionId}.`) ? release : versionId || (release ?? ""),
    prettyName: field("PRETTY_NAME") || text.split("\n")[0] || "",
  };
}

function parseCpu(cpuinfo: string, lscpu: string): NodeFacts["cpu"] {
  const listed = (label: string) => new RegExp(`^${label}:\\s*(.+)$`, "m").exec(lscpu)?.[1]?.trim();
  const flags = `${/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? ""} ${listed("Flags") ?? ""} `;
  const threads =
    cpuinfo.split("\n").filter((line) => /^processor\s*:/.test(line)).length || Number(listed("CPU\\(s\\)") ?? 0);
  const sockets = Number(listed("Socket\\(s\\)")) || 1;
  const coresPerSocket =
    Number(listed("Core\\(s\\) per socket")) || Number(/^cpu cores\s*:\s*(\d+)/m.exec(cpuinfo)?.[1]) || threads;
  const word = (name: string) => new RegExp(`\\s${name}\\s`).test(flags);
  return {
    model: /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1]?.trim() ?? listed("Model name") ?? "",
    sockets,
    cores: sockets * coresPerSocket,
    threads,
    virtualization: word("vmx") ? "vmx" : word("svm") ? "svm" : "none",
  };
}

function parseMounts(lines: readonly string[]): NodeFacts["mounts"] {
  return lines.slice(1).flatMap((line) => {
    const found = /^(.+?)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\S+\s+(\/.*)$/.exec(line);
    if (!found) return [];
    const [, source = "", type = "", size, , available, target = ""] = found;
    return [{ target, source, type, sizeBytes: Number(size), availableBytes: Number(available) }];
  });
}

function parseNetworkStack(lines: readonly string[]): NodeFacts["networkStack"] {
  const found = new Set(lines);
  const stacks: NodeFacts["networkStack"] = [];
  if (found.has("systemd-networkd")) stacks.push("networkd");
  if (found.has("NetworkManager")) stacks.push("network-manager");
  // Debian's networking.service is active on hosts without a line in interfaces, too; only a configured one counts.
  if (found.has("interfaces-file")) stacks.push("ifupdown");
  if (found.has("network") || (found.has("ifcfg-files") && !found.has("NetworkManager")))
    stacks.push("network-scripts");
  return stacks;
}

const clusterFileSchema = z
  .object({ config: z.object({ Node: z.array(z.string()) }) })
  .or(z.object({ Node: z.array(z.string()) }));

function parseMembership(lines: readonly string[], clusterFile: string): NodeFacts["membership"] {
  const values = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
  return {
    consul: values("consul").length > 0,
    ceph: values("ceph")[0] ?? null,
    suite: values("suite")[0] ?? null,
    clusterNodes: clusterNodes(clusterFile),
  };
}

function clusterNodes(text: string): string[] {
  if (text === "") return [];
  try {
    const parsed = clusterFileSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return [];
    const nodes = "config" in parsed.data ? parsed.data.config.Node : parsed.data.Node;
    return nodes.map((entry) => entry.trim().split(/\s+/)[1] ?? entry);
  } catch {
    return [];
  }
}
