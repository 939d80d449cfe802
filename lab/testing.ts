// Looks at the machine with its own tools, so that the lab's tests do not believe the lab about what it left behind.
import { readdirSync, readFileSync } from "node:fs";
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

export async function lookAtMachine(): Promise<MachineView> {
  return {
    namespaces: await run(["ip", "netns", "list"]),
    mounts: await run(["findmnt", "--raw", "--noheadings", "--output", "TARGET,SOURCE"]),
    loops: await run(["losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]),
    links: await run(["ip", "-brief", "link"]),
    routes: await run(["ip", "route"]),
    containers: processesOfNodes(),
  };
}

/** By control group, which every process of a node inherits. A zombie holds nothing and waits for its parent only. */
function processesOfNodes(): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const identity = readIdentity(pid);
      return identity !== null && isAlive(identity) && controlGroups(pid).includes("/trivet-");
    });
}

function controlGroups(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return "";
  }
}
