// The deployed cluster that faults are thrown at: one deployment serves many faults.
import { managementVmDomainName } from "@/contract/ha-config";
import * as lab from "@/lab/cluster";
import { planNodes } from "@/lab/plan";
import { followRun, startDeployment } from "@/scripts/lab-deployment";
import { LabPanel } from "@/testing/deployed-lab";
import { Witness } from "@/testing/witness/witness";

/** The pool the wizard suggests. */
const pool = "zstack";
/** Longer than each command's own limit, so that a silent node costs this once and no more. */
const evidenceTimeoutMs = 60_000;

export type Say = (line: string) => void;

/** Deploys through the panel's API and ends the panel; the lab stays up. Throws with what failed. */
export async function deployCluster(nodes: number, say: Say): Promise<void> {
  const panel = await LabPanel.start(nodes);
  try {
    const draftId = await panel.readyDraft("faults");
    const run = await followRun(panel.client, await startDeployment(panel.client, draftId), () => undefined);
    if (run.state !== "succeeded") throw new Error(`the deployment is ${run.state}: ${run.because.join("\n")}`);
    say(`deployed ${nodes} nodes in ${run.seconds.toFixed(0)} s`);
  } finally {
    await panel.leave();
  }
}

/** A lab that is up and deployed is taken as it is; anything else is made anew. */
export async function ensureCluster(nodes: number, say: Say): Promise<void> {
  const status = await lab.status();
  if (status.up && status.nodes.length === nodes) {
    await lab.heal();
    for (const { name } of status.nodes) await lab.powerOn(name);
    const asked = await lab.exec("ceph-1", ["test", "-e", "/etc/zsha/cluster.json"]);
    if (asked.code === 0) return say(`taking the deployed cluster of ${nodes} nodes that is up`);
  }
  await deployCluster(nodes, say);
}

/** Takes the lab down afterwards, whatever happened, unless it is to be kept for the next time. */
export async function withCluster<T>(keep: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    if (!keep) await lab.down();
  }
}

export const startWitness = (nodes: number): Promise<Witness> =>
  Witness.start(planNodes(nodes), pool, (node, argv, options) => lab.exec(node, argv, options));

export const nodeNames = (nodes: number): string[] => planNodes(nodes).map(({ name }) => name);

/** What is worth keeping of a run that did not end as it should. Best effort: a node that is off says nothing. */
export async function readEvidence(nodes: readonly string[]): Promise<Record<string, string>> {
  const commands: Record<string, string> = {
    zshad: "tail -n 400 /var/log/z/zshad.log",
    consul: "journalctl --no-pager --unit consul --lines 200",
    zsha: "journalctl --no-pager --unit zsha --lines 100",
    libvirt: `virsh --quiet list --all; tail -n 60 '/var/log/libvirt/qemu/${managementVmDomainName}.log'`,
    ceph: "timeout 10 ceph -s; timeout 10 ceph osd blocklist ls; timeout 10 rbd status zstack/mnvm.img",
    status: "timeout 30 zsha status",
    processes: "ps -eo pid,stat,etimes,args | grep -v ' ps ' | cut -c1-160",
  };
  const evidence: Record<string, string> = {};
  for (const node of nodes) {
    for (const [name, script] of Object.entries(commands)) {
      const read = lab.exec(node, ["sh", "-c", script], { timeoutMs: evidenceTimeoutMs });
      evidence[`${node}-${name}.txt`] = await read.then(
        ({ stdout, stderr }) => stdout + stderr,
        (error: unknown) => String(error),
      );
    }
  }
  return evidence;
}
