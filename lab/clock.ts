import { LabError } from "@/lab/lab-error";
import type { PlannedNode } from "@/lab/plan";
import type { Site } from "@/lab/site";

const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

// The preload file is moved into place, because a half-written one would break every program started meanwhile.
const SET = `set -eu
test -e ${LIBRARY}
printf '%s' "$1" > /etc/faketimerc
printf '%s\\n' ${LIBRARY} > /etc/ld.so.preload.new
mv /etc/ld.so.preload.new /etc/ld.so.preload`;
const CLEAR = "rm -f /etc/ld.so.preload /etc/faketimerc";

/** All nodes share the machine's clock, so skew is played by libfaketime in every program the node starts afterwards. */
export async function setClock(site: Site, node: PlannedNode, offsetSeconds: number): Promise<void> {
  const sign = offsetSeconds < 0 ? "-" : "+";
  const argv =
    offsetSeconds === 0 ? ["sh", "-c", CLEAR] : ["sh", "-c", SET, "set-clock", `${sign}${Math.abs(offsetSeconds)}`];
  const result = await site.exec(node, argv);
  if (result.code !== 0) throw new LabError(`${node.name}: setting the clock offset failed: ${result.stderr}`);
}
