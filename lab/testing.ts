// Looks at the machine with its own tools, so that the lab's tests do not believe the lab about what it left behind.
import { readdirSync, readFileSync } from "node:fs";
import { STATE_DIR } from "@/lab/places";
import { NAME_PREFIX } from "@/lab/plan";
import { isAlive, readIdentity } from "@/lab/processes";
import { run } from "@/lab/shell";

/** Host keys change with every fresh lab. */
export const SSH_OPTIONS = [
  "StrictHostKeyChecking=no",
  "UserKnownHostsFile=/dev/null",
  "LogLevel=ERROR",
  "ConnectTimeout=10",
].flatMap((option) => ["-o", option]);

export interface MachineView {
  namespaces: string;
  mounts: string;
  loops: string;
  links: string;
  routes: string;
  containers: number[];
}

/** Without what a lab of another name holds: it may start or end beside a test. */
export async function lookAtMachine(): Promise<MachineView> {
  return {
    namespaces: (await ours(["ip", "netns", "list"])).replaceAll(/ \(id: \d+\)/g, ""),
    mounts: await ours(["findmnt", "--raw", "--noheadings", "--output", "TARGET,SOURCE"]),
    loops: await ours(["losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]),
    links: await run(["ip", "-brief", "link"]),
    routes: await run(["ip", "route"]),
    containers: processesOfNodes(),
  };
}

async function ours(argv: string[]): Promise<string> {
  const lines = (await run(argv)).split("\n");
  return lines
    .filter((line) => !isOfAnother(line))
    .toSorted()
    .join("\n");
}

function isOfAnother(line: string): boolean {
  const folder = /\/var\/lib\/trivet-lab[a-z0-9-]*/.exec(line)?.[0];
  const namespace = /(?<![\w-])trivet[a-z0-9]*-(?=hub|ceph-)/.exec(line)?.[0];
  return (folder !== undefined && folder !== STATE_DIR) || (namespace !== undefined && namespace !== NAME_PREFIX);
}

/** By control group, which every process of a node inherits. A zombie holds nothing and waits for its parent only. */
function processesOfNodes(): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const identity = readIdentity(pid);
      return identity !== null && isAlive(identity) && controlGroups(pid).includes(`/${NAME_PREFIX}`);
    });
}

function controlGroups(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return "";
  }
}
