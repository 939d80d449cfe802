// The panel's way to a node breaks while the node serves on: what a switch or a firewall between the two does.
import * as lab from "@/lab/cluster";
import { HOST_ADDRESS } from "@/lab/plan";
import { onNode } from "@/testing/deployed-lab";

/** Whoever serves a connection from there, and nobody else: libvirt's own way from node to node goes by ssh too. */
const endThoseFrom = `ss -Htnp "sport = :22 and dst $1" | grep -o 'pid=[0-9]*' | cut -c5- | sort -u | xargs -r kill`;
/** xargs: one of them had ended by itself. */
const someWereGone = 123;

/** The panel's connections to the node end at once, and none comes about again before `lab.heal`. Nothing else is touched. */
export async function cutSsh(node: string): Promise<void> {
  // Only towards the node: that its connections have ended still reaches the panel, which otherwise hears of it 15 s later.
  await lab.cut(node, { network: "management", direction: "in", ports: "22" });
  await onNode(node, ["sh", "-c", endThoseFrom, "sh", HOST_ADDRESS], [0, someWereGone]);
}
